#pragma once

#include <atomic>
#include <chrono>

namespace patchbay::testing {

/// Time that stands still until a test moves it. [thread-safe]
class FakeClock {
 public:
  /// The wall time of a clock that nobody moved: 2026-01-01 00:00:00 UTC.
  static constexpr std::chrono::system_clock::time_point start{std::chrono::seconds(1'767'225'600)};

  [[nodiscard]] std::chrono::steady_clock::time_point now() const { return std::chrono::steady_clock::time_point(hour + elapsed()); }
  [[nodiscard]] std::chrono::system_clock::time_point wall_time() const { return start + elapsed(); }

  /// Moves both clocks; what is negative would break the promise of `Host::now` and is refused with std::invalid_argument.
  void advance(std::chrono::nanoseconds by);

 private:
  // Modules may go back from `now` by less than this without leaving the clock's range.
  static constexpr std::chrono::hours hour{1};

  [[nodiscard]] std::chrono::nanoseconds elapsed() const { return std::chrono::nanoseconds(elapsed_.load(std::memory_order_relaxed)); }

  std::atomic<std::chrono::nanoseconds::rep> elapsed_{0};
};

}  // namespace patchbay::testing
