#pragma once

#include <memory>
#include <optional>

#include "pipeline/attempt.hpp"

namespace patchbay::pipeline {

/// One request on its route: tries one target after the other until an attempt commits, waits where it has to, and says why when nothing
/// helps. Destroying it cancels whatever is going on. [connection: one thread]
class RoutedConnection final : public Connection, private Attempt::Owner {
 public:
  RoutedConnection(Worker& worker, InstanceBuilder& builder, std::shared_ptr<const Assembly> assembly, const AssembledRoute& route,
                   Request&& request, Client& client);

  /// Takes the first step; may finish the client before it returns.
  void begin();

  void resume() override;

 private:
  enum class Waiting : std::uint8_t { none, place, pause, hedge };

  /// Starts the next attempt, or begins to wait for one; false if nothing is left to do.
  bool advance();
  bool take_next(const LazyNow& now);
  /// Whether a target or key that rests is tried all the same.
  [[nodiscard]] bool may_insist(const LazyNow& now) const;
  bool wait_for_place(const LazyNow& now);
  bool pause_before_retry();
  bool fall_back();
  void launch(Candidate&& candidate);
  void launch_soon(Candidate&& candidate);
  void launch_hedge();
  void timer_expired();
  void refuse();
  void cancel_other(const Attempt& attempt);
  void tell_routed(const Candidate& candidate);

  void committing(Attempt& attempt) override;
  void failed(Attempt& attempt, Error&& error) override;

  /// Whether another attempt is possible after one at that candidate.
  [[nodiscard]] bool may_go_on(const LazyNow& now) const;
  [[nodiscard]] bool attempts_left() const { return attempts_made_ < route_->settings.failover.attempts; }
  [[nodiscard]] Request request_for_attempt(bool keep);
  [[nodiscard]] std::uint64_t sticky_hash() const;

  // Destroyed from bottom to top: attempts before what they refer to.
  Attempt::Context context_;
  const AssembledRoute* route_;  // the first one, or a fallback of it
  const AssembledRoute& first_route_;
  Request request_;  // as the client sent it; empty once no further attempt may come
  std::optional<TargetSelector> selector_;
  std::uint32_t attempts_made_ = 0;  // on this route
  std::uint32_t retries_made_ = 0;
  std::size_t fallbacks_tried_ = 0;
  bool has_request_ = true;
  Waiting waiting_ = Waiting::none;
  const Chain* told_ = nullptr;  // the target that the client was told of last
  std::unique_ptr<TargetQueue::Ticket> ticket_;
  std::optional<Shortage> shortage_;  // of the first route, once it was left for a fallback
  std::optional<Error> failure_;      // of the attempt that failed last
  std::optional<Candidate> next_;     // launched as soon as the attempt that failed is off the stack
  net::Deadline timer_;
  std::optional<Attempt> attempt_;
  std::unique_ptr<Attempt> hedge_;  // beside it
  std::shared_ptr<bool> alive_;     // made when something is posted
};

}  // namespace patchbay::pipeline
