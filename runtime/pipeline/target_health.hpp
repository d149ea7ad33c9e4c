#pragma once

#include <memory>
#include <string>
#include <utility>

#include "pipeline/cooldown.hpp"
#include "pipeline/health_change.hpp"
#include "pipeline/probe_record.hpp"
#include "pipeline/target_queue.hpp"

namespace patchbay::pipeline {

/// What is known of one target: a circuit breaker with its counters, and the requests that are there. Closed, everybody passes; after
/// failures it opens and the target rests; when the rest is over one request at a time passes as a probe, and the first it hears of an
/// answer closes it: on probation, until some answer is complete.
/// [thread-safe]
class TargetHealth {
 public:
  TargetHealth(std::string name, std::shared_ptr<const HealthListener> listener) : name_(std::move(name)), listener_(std::move(listener)) {}
  /// Of a target that no book knows.
  TargetHealth() : TargetHealth({}, std::make_shared<HealthListener>()) {}

  enum class State : std::uint8_t { closed, open, half_open };
  enum class Entry : std::uint8_t { admitted, resting, full };

  /// One attempt's stay at the target. Ends with it, however that ends; a probe that came to nothing is taken back. [connection: one
  /// thread]
  class Pass {
   public:
    Pass() = default;
    Pass(Pass&& other) noexcept : target_(std::exchange(other.target_, nullptr)), probe_(other.probe_), forced_(other.forced_) {}
    Pass& operator=(Pass&& other) noexcept;
    ~Pass() { leave(); }

    explicit operator bool() const { return target_ != nullptr; }
    /// The target began to answer: a rest is over, nothing more is proved.
    void began(const LazyNow& now);
    /// The target's answer is complete.
    void succeeded();
    /// The target failed; `hint` is how long it asked to be left alone.
    void failed(const LazyNow& now, const config::FailoverSettings& rules, std::optional<std::chrono::milliseconds> hint);
    void leave();

   private:
    friend class TargetHealth;
    Pass(TargetHealth* target, bool probe, bool forced) : target_(target), probe_(probe), forced_(forced) {}

    TargetHealth* target_ = nullptr;
    bool probe_ = false;
    bool forced_ = false;
  };

  /// Lets an attempt in unless the target rests or has `limit` (0: none) already. [request: concurrent]
  [[nodiscard]] Entry enter(const LazyNow& now, std::uint32_t limit, Pass& pass);
  /// The same for who has nowhere else to go: never `resting`.
  [[nodiscard]] Entry enter_regardless(std::uint32_t limit, Pass& pass);
  /// For who already has a place, which stays taken unless this is `admitted`.
  [[nodiscard]] Entry enter_with_place(const LazyNow& now, Pass& pass);

  [[nodiscard]] bool available(const LazyNow& now) const {
    return cooldown_.clear() || (!cooldown_.active(now) && !probing_.load(std::memory_order_relaxed));
  }
  /// When the rest ends; in the past if there is none.
  [[nodiscard]] HealthTime available_at() const { return cooldown_.until(); }
  [[nodiscard]] State state(const LazyNow& now) const {
    return cooldown_.clear() ? State::closed : cooldown_.active(now) ? State::open : State::half_open;
  }

  /// The target answered a probe of the host. After `needed` in a row a rest is over, but not one that the target asked for, nor one that
  /// requests brought about after probes had ended the one before: then the probe does not see what is wrong. [one thread]
  void probe_passed(HealthTime now, std::uint32_t needed, ProbeRecord::Result&& result);
  /// It did not. After `needed` in a row it rests for `rest_for`, which the next failed probe prolongs. [one thread]
  void probe_failed(HealthTime now, std::uint32_t needed, std::chrono::milliseconds rest_for, ProbeRecord::Result&& result);
  [[nodiscard]] const ProbeRecord& probes() const { return probes_; }

  [[nodiscard]] TargetQueue& queue() { return queue_; }
  [[nodiscard]] const TargetQueue& queue() const { return queue_; }
  [[nodiscard]] PeakLatency& latency() { return latency_; }
  [[nodiscard]] const PeakLatency& latency() const { return latency_; }

  [[nodiscard]] const std::string& name() const { return name_; }
  struct Counters {
    std::uint64_t attempts, failures, rests;
  };
  [[nodiscard]] Counters counters() const;

 private:
  [[nodiscard]] bool take_probe(const LazyNow& now, bool& probe);
  void close();
  void tell_back() const;
  void prove();
  void rest(RestReason reason, HealthTime now);

  const std::string name_;
  const std::shared_ptr<const HealthListener> listener_;
  Cooldown cooldown_;
  std::atomic<std::uint32_t> failures_in_a_row_{0};
  std::atomic<bool> probing_{false};
  std::atomic<bool> on_trial_{false};   // probes brought it back, and no request has succeeded since
  std::atomic<bool> probation_{false};  // a request brought it back, and none has succeeded since: the next failure is enough
  std::atomic<bool> deceptive_{false};  // probes brought it back, and requests failed
  ProbeRecord probes_;
  TargetQueue queue_;
  PeakLatency latency_;
  std::atomic<std::uint64_t> attempts_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<std::uint64_t> rests_{0};
};

[[nodiscard]] std::string_view name_of(TargetHealth::State state);

}  // namespace patchbay::pipeline
