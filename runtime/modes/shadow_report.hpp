#pragma once

#include <array>
#include <atomic>
#include <boost/json/object.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "modes/comparison.hpp"
#include "modes/shadow_exchange.hpp"

namespace patchbay::monitoring {
class PrometheusText;
}

namespace patchbay::modes {

/// The bytes that copies hold, of all threads together. [thread-safe]
class ShadowRoom {
 public:
  [[nodiscard]] bool take(std::size_t bytes, std::uint64_t limit);
  void give_back(std::size_t bytes) { held_.fetch_sub(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t held() const { return held_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> held_{0};
};

/// What the shadow has seen: counts, differences by path, and the newest exchanges that differ, in full. [thread-safe]
class ShadowReport {
 public:
  void dropped(Dropped why) { dropped_[static_cast<std::size_t>(why)].fetch_add(1, std::memory_order_relaxed); }
  void equal() { equal_.fetch_add(1, std::memory_order_relaxed); }
  /// `sample` is the exchange in full; of `keep` the oldest go.
  void different(const std::vector<Difference>& differences, boost::json::object sample, std::size_t keep);

  [[nodiscard]] boost::json::object describe() const;
  [[nodiscard]] std::string text() const;
  void add_metrics(monitoring::PrometheusText& text) const;

 private:
  std::atomic<std::uint64_t> equal_{0};
  std::atomic<std::uint64_t> different_{0};
  std::array<std::atomic<std::uint64_t>, dropped_kinds> dropped_{};
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> paths_;
  std::deque<boost::json::object> samples_;
};

}  // namespace patchbay::modes
