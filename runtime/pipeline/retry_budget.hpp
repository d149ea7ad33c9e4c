#pragma once

#include <atomic>
#include <cstdint>

namespace patchbay::pipeline {

/// Keeps retries and hedges a share of the requests, so that they never multiply the load of a provider that is failing. [thread-safe]
class RetryBudget {
 public:
  /// A request came: its share goes in.
  void earn(double share) {
    const auto earned = static_cast<std::int64_t>(share * whole);
    if (balance_.load(std::memory_order_relaxed) < most) balance_.fetch_add(earned, std::memory_order_relaxed);
  }
  /// Takes one retry out; false if there is not so much left.
  [[nodiscard]] bool spend() {
    std::int64_t before = balance_.load(std::memory_order_relaxed);
    while (before >= whole)
      if (balance_.compare_exchange_weak(before, before - whole, std::memory_order_relaxed)) return true;
    return false;
  }

 private:
  static constexpr std::int64_t whole = 1'000;
  static constexpr std::int64_t most = 100 * whole;
  std::atomic<std::int64_t> balance_{10 * whole};
};

/// What is known of one route, beside its targets.
struct RouteHealth {
  RetryBudget budget;
  std::atomic<std::uint64_t> failovers{0};  ///< attempts at another target or key after one had failed
  std::atomic<std::uint64_t> retries{0};    ///< attempts at the same one
  std::atomic<std::uint64_t> hedges{0};     ///< attempts beside one that was slow
  std::atomic<std::uint64_t> fallbacks{0};  ///< requests that went on to a fallback route
  std::atomic<std::uint64_t> exhausted{0};  ///< requests that failed after the last attempt that was possible
  std::atomic<std::uint64_t> refused{0};    ///< requests that found everything resting or full
};

}  // namespace patchbay::pipeline
