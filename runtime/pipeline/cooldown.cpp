#include "pipeline/cooldown.hpp"

#include <algorithm>
#include <cmath>

namespace patchbay::pipeline {

namespace {

constexpr double memory = 10e9;  // nanoseconds after which a latency counts for a third

double decay(std::int64_t since, HealthTime now) {
  const auto age = static_cast<double>(std::max<std::int64_t>(0, now.time_since_epoch().count() - since));
  return std::exp(-age / memory);
}

}  // namespace

bool Cooldown::start(HealthTime now, const config::FailoverSettings& rules, std::optional<std::chrono::milliseconds> hint) {
  const std::int64_t before = until_.load(std::memory_order_relaxed);
  const bool resting = before != 0 && now.time_since_epoch().count() < before;
  if (hint) {
    const HealthTime end = now + std::clamp(*hint, std::chrono::milliseconds(1), rules.max_retry_after);
    if (resting && end.time_since_epoch().count() <= before) return false;
    if (!move(before, end)) return false;
    hinted_until_.store(end.time_since_epoch().count(), std::memory_order_relaxed);
    return !resting;
  }
  if (resting || rules.cooldown.empty()) return false;
  const std::uint32_t level = level_.load(std::memory_order_relaxed);
  const std::size_t step = std::min<std::size_t>(level, rules.cooldown.size() - 1);
  if (!move(before, now + rules.cooldown[step])) return false;
  level_.store(level + 1, std::memory_order_relaxed);
  return true;
}

bool Cooldown::start(HealthTime now, std::chrono::milliseconds length) {
  const std::int64_t before = until_.load(std::memory_order_relaxed);
  const HealthTime end = now + length;
  return end.time_since_epoch().count() > before && move(before, end);
}

bool Cooldown::end() {
  if (level_.load(std::memory_order_relaxed) != 0) level_.store(0, std::memory_order_relaxed);
  return !clear() && until_.exchange(0, std::memory_order_relaxed) != 0;
}

bool Cooldown::end_early(HealthTime now) {
  if (now.time_since_epoch().count() < hinted_until_.load(std::memory_order_relaxed)) return false;
  return !clear() && until_.exchange(0, std::memory_order_relaxed) != 0;
}

void PeakLatency::observe(std::chrono::steady_clock::duration sample, HealthTime now) {
  const double latest = static_cast<double>(sample.count());
  const double before = value_.load(std::memory_order_relaxed);
  const double kept = decay(observed_.load(std::memory_order_relaxed), now);
  value_.store(latest > before ? latest : before * kept + latest * (1 - kept), std::memory_order_relaxed);
  observed_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
}

double PeakLatency::estimate(HealthTime now) const {
  return value_.load(std::memory_order_relaxed) * decay(observed_.load(std::memory_order_relaxed), now);
}

}  // namespace patchbay::pipeline
