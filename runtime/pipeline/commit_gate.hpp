#pragma once

#include <string>
#include <vector>

#include "pipeline/engine.hpp"

namespace patchbay::pipeline {

/// The client's end of one attempt. Until the attempt *commits*, nothing of it reaches the client, so that another attempt may still take
/// its place: what the stages emit is held, and an error goes to the owner instead. The first event that is part of an answer, a whole
/// response, or the end of a stream commits. [connection: one thread]
class CommitGate final : public Client {
 public:
  class Owner {
   public:
    /// This attempt is the one: whatever else is tried is over.
    virtual void committing() = 0;
    /// The attempt failed, and the client has heard nothing of it.
    virtual void attempt_failed(Error&& error) = 0;

   protected:
    ~Owner() = default;
  };

  CommitGate(Client& client, Owner& owner) : client_(client), owner_(owner) {}

  /// From here on events are held: they are a preamble at most.
  void hold() { holding_ = true; }
  /// The provider's answer begins: the next event commits.
  void release() { holding_ = false; }

  /// Hands the client the error of an attempt that was the last, with the provider's headers and the losses that belong to it.
  void give_up(Error&& error);

  [[nodiscard]] bool committed() const { return committed_; }

  void routed(const Patch& patch) override { client_.routed(patch); }
  [[nodiscard]] AttemptObserver* observe(const Patch& patch) override { return client_.observe(patch); }
  void asked_for(std::string_view model) override {
    model_ = model;
    client_.asked_for(model);
  }
  void calling() override { client_.calling(); }
  void used(const Usage& usage) override { client_.used(usage); }  // also of an attempt that fails: it was paid for
  void setback(const Setback& setback) override { client_.setback(setback); }
  void provider_headers(Headers&& headers) override;
  void keep_alive() override {
    if (committed_ || !holding_) client_.keep_alive();
  }
  [[nodiscard]] std::size_t unsent() const override { return client_.unsent() + held_bytes_; }
  [[nodiscard]] std::string caller() const override { return client_.caller(); }
  void response(Response&& response) override;
  void event(Event&& event) override;
  void end() override;
  void error(Error&& error) override;
  void lost(Loss&& loss) override;

 private:
  void commit();
  void pass_held();

  Client& client_;
  Owner& owner_;
  Headers headers_;
  std::vector<Loss> losses_;
  std::vector<Event> events_;
  std::string model_;  // that this attempt asked for; empty: nobody wants to know
  std::size_t held_bytes_ = 0;
  bool holding_ = false;
  bool committed_ = false;
};

}  // namespace patchbay::pipeline
