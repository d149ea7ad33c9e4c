#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/assembly.hpp"
#include "pipeline/attempt_observer.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/remote_module.hpp"

namespace patchbay::pipeline {

/// The stages of one connection, each behind an exception barrier: a stage that throws fails this request and nothing else. What comes
/// from the right passes stage after stage to the client; once the client's answer is finished, or a stage failed, the rest is
/// swallowed. [connection: one thread]
class StageChain {
 public:
  /// `listener` is needed, and outlives the chain, if a module may be isolated.
  explicit StageChain(Client& client, RemoteListener* listener = nullptr) : client_(client), listener_(listener) {}
  StageChain(const StageChain&) = delete;
  StageChain& operator=(const StageChain&) = delete;

  /// Who watches the stages that are added from now on.
  void watch(AttemptObserver* observer) { client_.observer = observer; }
  [[nodiscard]] AttemptObserver* observer() const { return client_.observer; }

  /// Adds the stage of the next module to the right, if it wants one in this connection. False if `connect` threw: the client then has
  /// the error.
  bool add(Instance::Use use, const ConnectionInfo& info);

  [[nodiscard]] std::size_t size() const { return links_.size(); }

  /// All stages are there: tells who watches.
  void connected() const;

  /// Shows the request to stage `index`. A stage that throws has answered with its error. Nothing from a remote stage that says it later.
  std::optional<Flow> request(std::size_t index, Request& request);
  /// Hands a stage the reply that it asked for.
  std::optional<Flow> reply(std::size_t index, HttpReply&& reply, Request& request);

  /// Where the provider's messages enter.
  [[nodiscard]] Downstream& right_end() { return left_of(links_.size()); }
  /// The error of a fault of the host or the provider, entering at the right.
  void fail(Error&& error) { right_end().error(std::move(error)); }

  /// Whether the client has its whole answer, or its error.
  [[nodiscard]] bool finished() const { return client_.finished; }
  /// Whether a remote stage has it, and the client will.
  [[nodiscard]] bool is_finishing() const;
  /// Bytes that are neither in the client's socket nor in the hands of a remote stage.
  [[nodiscard]] std::size_t unsent() const;

 private:
  /// The client's end, which takes one ending only.
  struct Gate final : Downstream {
    explicit Gate(Client& client) : client(client) {}
    void response(Response&& response) override;
    void event(Event&& event) override;
    void end() override;
    void error(Error&& error) override;
    void lost(Loss&& loss) override { client.lost(std::move(loss)); }

    Client& client;
    AttemptObserver* observer = nullptr;
    bool finished = false;
  };

  struct Link final : Downstream {
    Link(Instance::Use use, std::unique_ptr<Stage> stage, Downstream& left, const Link* left_link, const Gate& gate,
         AttemptObserver::Place place)
        : use(std::move(use)), stage(std::move(stage)), left(left), left_link(left_link), gate(gate), place(place) {}
    void response(Response&& response) override;
    void event(Event&& event) override;
    void end() override;
    void error(Error&& error) override;
    void lost(Loss&& loss) override { left.lost(std::move(loss)); }

    /// Runs a stage's method behind the barrier. A body that is not JSON is the fault of who sent it, not of the stage: `if_malformed`.
    template <class Call>
    bool guarded(ErrorKind if_malformed, Call&& call);
    /// The same with the message that ends the answer: a stage that keeps it to itself would let the client wait for ever.
    template <class Call>
    void ending(Call&& call);
    [[nodiscard]] bool passed_the_end_on() const { return remote || gate.finished || (left_link != nullptr && left_link->ended); }

    Instance::Use use;  // outlives the stage
    std::unique_ptr<Stage> stage;
    Downstream& left;
    const Link* const left_link;  // the same; null: the client
    const Gate& gate;
    const AttemptObserver::Place place;
    RemoteStage* remote = nullptr;  // the stage, if it is one
    bool broken = false;            // it threw: nothing more reaches it
    bool ended = false;             // a response, an end or an error has come to it
  };

  Downstream& left_of(std::size_t index);
  Link& add_link(Instance::Use use, std::unique_ptr<Stage> stage);

  Gate client_;
  RemoteListener* const listener_;
  std::deque<Link> links_;  // stable addresses
  bool has_remote_ = false;
};

}  // namespace patchbay::pipeline
