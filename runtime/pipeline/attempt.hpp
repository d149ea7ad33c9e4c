#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "pipeline/assembly.hpp"
#include "pipeline/commit_gate.hpp"
#include "pipeline/fault.hpp"
#include "pipeline/instance_builder.hpp"
#include "pipeline/reply_reader.hpp"
#include "pipeline/side_call.hpp"
#include "pipeline/stage_chain.hpp"
#include "pipeline/target_selector.hpp"

namespace patchbay::pipeline {

/// One request patched through pooled instances, once: takes the instances of a chain, runs the request through the stages, makes the
/// provider's call with one of its keys, and lets the reply flow back. Destroying it cancels all of that. [connection: one thread]
class Attempt final : private RemoteListener, private ProviderWatch, private CommitGate::Owner {
 public:
  class Owner {
   public:
    /// The client is about to hear of this attempt: it is the one.
    virtual void committing(Attempt& attempt) = 0;
    /// It came to nothing, and the client has heard nothing of it. Do not destroy it from within this call.
    virtual void failed(Attempt& attempt, Error&& error) = 0;

   protected:
    ~Owner() = default;
  };

  /// What does not change from one attempt to the next; outlives them all.
  struct Context {
    Worker& worker;
    InstanceBuilder& builder;
    std::shared_ptr<const Assembly> assembly;
    Client& client;
    Owner& owner;
  };

  /// `hold`: another attempt may follow, so that the client hears nothing before the answer really begins.
  Attempt(const Context& context, const AssembledRoute& route, Candidate&& candidate, Request&& request, bool hold);

  /// Takes the first step; may finish the client before it returns.
  void begin();
  void resume();

  /// Hands the client this attempt's error as the answer.
  void give_up(Error&& error) { gate_.give_up(std::move(error)); }

  [[nodiscard]] bool committed() const { return gate_.committed(); }
  /// Whether it has failed; what is left of it does nothing more.
  [[nodiscard]] bool over() const { return over_; }
  /// Whose fault it was.
  [[nodiscard]] Fault fault() const { return fault_; }
  [[nodiscard]] const Candidate& candidate() const { return candidate_; }
  [[nodiscard]] std::string_view key_id() const;

 private:
  /// Takes the instances of the modules whose conditions hold, making the first that is absent; true once it has all.
  bool take_instances();
  bool wanted(const ChainModule& module, const RequestFacts& facts);
  void wait_for(Instance& instance);
  void patch();
  void run_stages();
  void follow(Flow&& flow);
  void call_provider();
  void fail(ErrorKind kind, std::string code, std::string message);

  Worker& worker() override { return context_.worker; }
  void flow(Flow&& flow) override { follow(std::move(flow)); }
  void drained() override { resume(); }
  void answering() override;
  void answered() override { candidate_.pass.succeeded(); }
  void failed(const Error& error, Fault fault) override;
  void committing() override { context_.owner.committing(*this); }
  void attempt_failed(Error&& error) override;

  // Destroyed from bottom to top: calls first, then stages, then the pins on their instances.
  const Context& context_;
  const AssembledRoute& route_;
  Candidate candidate_;
  const Chain& settings_;
  Request request_;
  CommitGate gate_;

  std::vector<const ChainModule*> wanted_;  // the transforms in use, then the provider
  std::vector<Instance::Use> uses_;
  Instance::Use provider_;
  StageChain chain_;
  AttemptObserver* observer_ = nullptr;  // the client's
  std::size_t next_stage_ = 0;
  unsigned side_calls_made_ = 0;
  const bool hold_;
  bool answering_ = false;
  bool over_ = false;
  std::optional<Fault> blamed_;  // by the provider's own words
  Fault fault_ = Fault::request;
  std::optional<HealthTime> called_at_;  // if the target's latency matters
  net::Deadline connect_deadline_;
  std::unique_ptr<SideCall> side_call_;
  std::optional<ReplyReader> reader_;
  std::unique_ptr<RemoteAnswer> remote_;  // instead of a reader
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace patchbay::pipeline
