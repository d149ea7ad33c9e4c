#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "config/failover_settings.hpp"

namespace patchbay::pipeline {

using HealthTime = std::chrono::steady_clock::time_point;

/// The time, read when it is first asked for: a healthy target costs no look at the clock. [connection: one thread]
class LazyNow {
 public:
  LazyNow() = default;
  explicit LazyNow(HealthTime fixed) : now_(fixed) {}

  [[nodiscard]] HealthTime operator()() const {
    if (!now_) now_ = std::chrono::steady_clock::now();
    return *now_;
  }

 private:
  mutable std::optional<HealthTime> now_;
};

/// The rest that a key or a target takes after it failed: each one longer than the one before, until it has proved itself again.
/// [thread-safe]
class Cooldown {
 public:
  /// It never failed, or has proved itself since.
  [[nodiscard]] bool clear() const { return until_.load(std::memory_order_relaxed) == 0; }
  [[nodiscard]] bool active(const LazyNow& now) const {
    const std::int64_t until = until_.load(std::memory_order_relaxed);
    return until != 0 && now().time_since_epoch().count() < until;
  }
  /// When the rest ends, or ended; the epoch if there was none.
  [[nodiscard]] HealthTime until() const { return HealthTime(HealthTime::duration(until_.load(std::memory_order_relaxed))); }

  /// Begins a rest: of `hint` (as long as the settings believe it), or of the next step. False if a rest was going on, and then only a
  /// longer hint counts.
  bool start(HealthTime now, const config::FailoverSettings& rules, std::optional<std::chrono::milliseconds> hint);
  /// Begins a rest of just so long.
  bool start(HealthTime now, std::chrono::milliseconds length);
  /// It has proved itself. True if it had failed before.
  bool end();
  /// It seems to be well: the rest ends, unless it goes on because of a hint. The next one is as long as if this had not been. True if
  /// there was one.
  bool end_early(HealthTime now);

 private:
  /// False if another thread was faster.
  bool move(std::int64_t from, HealthTime to) {
    return until_.compare_exchange_strong(from, to.time_since_epoch().count(), std::memory_order_relaxed);
  }

  std::atomic<std::int64_t> until_{0};         // steady clock, in its own units
  std::atomic<std::int64_t> hinted_until_{0};  // the same, of the latest hint
  std::atomic<std::uint32_t> level_{0};
};

/// A smoothed latency that rises at once and falls slowly ("peak" moving average, as in Twitter's Finagle), and forgets what is long past,
/// so that a target that was slow once is tried again. [thread-safe]
class PeakLatency {
 public:
  void observe(std::chrono::steady_clock::duration sample, HealthTime now);
  /// In nanoseconds; zero when nothing is known.
  [[nodiscard]] double estimate(HealthTime now) const;
  /// What was last known, however long ago.
  [[nodiscard]] double last() const { return value_.load(std::memory_order_relaxed); }

 private:
  // An update that another thread overwrites is a sample lost, no more.
  std::atomic<double> value_{0};
  std::atomic<std::int64_t> observed_{0};
};

}  // namespace patchbay::pipeline
