#pragma once

#include <string>
#include <utility>

#include "pipeline/engine.hpp"

namespace patchbay::pipeline {

/// A Client that passes everything on to another: the base of those that look at some of it. [connection: one thread]
class PassingClient : public Client {
 public:
  explicit PassingClient(Client& client) : client_(client) {}

  void routed(const Patch& patch) override { client_.routed(patch); }
  [[nodiscard]] AttemptObserver* observe(const Patch& patch) override { return client_.observe(patch); }
  [[nodiscard]] bool permits(std::string_view route) override { return client_.permits(route); }
  void used(const Usage& usage) override { client_.used(usage); }
  void asked_for(std::string_view model) override { client_.asked_for(model); }
  void calling() override { client_.calling(); }
  void setback(const Setback& setback) override { client_.setback(setback); }
  void provider_headers(Headers&& headers) override { client_.provider_headers(std::move(headers)); }
  void keep_alive() override { client_.keep_alive(); }
  [[nodiscard]] std::size_t unsent() const override { return client_.unsent(); }
  [[nodiscard]] std::string caller() const override { return client_.caller(); }
  void response(Response&& response) override { client_.response(std::move(response)); }
  void event(Event&& event) override { client_.event(std::move(event)); }
  void end() override { client_.end(); }
  void error(Error&& error) override { client_.error(std::move(error)); }
  void lost(Loss&& loss) override { client_.lost(std::move(loss)); }

 protected:
  ~PassingClient() = default;

  Client& client_;
};

}  // namespace patchbay::pipeline
