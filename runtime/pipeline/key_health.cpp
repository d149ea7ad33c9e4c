#include "pipeline/key_health.hpp"

namespace patchbay::pipeline {

namespace {

constexpr std::uint32_t doubts_that_count = 3;

}  // namespace

std::string_view name_of(RestReason reason) {
  switch (reason) {
    case RestReason::none: return "none";
    case RestReason::rate_limited: return "rate_limited";
    case RestReason::refused: return "refused";
    case RestReason::failing: return "failing";
    case RestReason::probe_failed: return "probe_failed";
  }
  return "unknown";
}

void KeyHealth::rate_limited(const LazyNow& now, const config::FailoverSettings& rules, std::optional<std::chrono::milliseconds> hint) {
  if (cooldown_.start(now(), rules, hint)) rests(RestReason::rate_limited, now);
}

void KeyHealth::refused(const LazyNow& now, const config::FailoverSettings& rules, bool certain) {
  if (!certain && doubts_.fetch_add(1, std::memory_order_relaxed) + 1 < doubts_that_count) return;
  if (cooldown_.start(now(), rules.refused_key)) rests(RestReason::refused, now);
}

void KeyHealth::rests(RestReason reason, const LazyNow& now) {
  reason_.store(reason, std::memory_order_relaxed);
  rests_.fetch_add(1, std::memory_order_relaxed);
  if (*listener_) (*listener_)({"key", name_, reason, std::chrono::duration_cast<std::chrono::milliseconds>(cooldown_.until() - now())});
}

void KeyHealth::recover() {
  doubts_.store(0, std::memory_order_relaxed);
  // A request that began before the key was spent says nothing about it now.
  if (cooldown_.clear() || cooldown_.active(LazyNow())) return;
  if (!cooldown_.end()) return;
  reason_.store(RestReason::none, std::memory_order_relaxed);
  if (*listener_) (*listener_)({"key", name_, RestReason::none});
}

}  // namespace patchbay::pipeline
