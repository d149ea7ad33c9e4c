#include "pipeline/target_health.hpp"

namespace patchbay::pipeline {

std::string_view name_of(TargetHealth::State state) {
  switch (state) {
    case TargetHealth::State::closed: return "closed";
    case TargetHealth::State::open: return "open";
    case TargetHealth::State::half_open: return "half_open";
  }
  return "unknown";
}

bool TargetHealth::take_probe(const LazyNow& now, bool& probe) {
  probe = false;
  if (cooldown_.clear()) return true;
  if (cooldown_.active(now) || probing_.exchange(true, std::memory_order_acquire)) return false;
  probe = true;
  return true;
}

TargetHealth::Entry TargetHealth::enter(const LazyNow& now, std::uint32_t limit, Pass& pass) {
  bool probe = false;
  if (!take_probe(now, probe)) return Entry::resting;
  if (!queue_.take_place(limit)) {
    if (probe) probing_.store(false, std::memory_order_release);
    return Entry::full;
  }
  attempts_.fetch_add(1, std::memory_order_relaxed);
  pass = Pass(this, probe, false);
  return Entry::admitted;
}

TargetHealth::Entry TargetHealth::enter_regardless(std::uint32_t limit, Pass& pass) {
  if (!queue_.take_place(limit)) return Entry::full;
  attempts_.fetch_add(1, std::memory_order_relaxed);
  pass = Pass(this, false, true);
  return Entry::admitted;
}

TargetHealth::Entry TargetHealth::enter_with_place(const LazyNow& now, Pass& pass) {
  bool probe = false;
  if (!take_probe(now, probe)) return Entry::resting;
  attempts_.fetch_add(1, std::memory_order_relaxed);
  pass = Pass(this, probe, false);
  return Entry::admitted;
}

TargetHealth::Pass& TargetHealth::Pass::operator=(Pass&& other) noexcept {
  if (this != &other) {
    leave();
    target_ = std::exchange(other.target_, nullptr);
    probe_ = other.probe_;
    forced_ = other.forced_;
  }
  return *this;
}

void TargetHealth::Pass::leave() {
  if (target_ == nullptr) return;
  if (probe_) target_->probing_.store(false, std::memory_order_release);
  std::exchange(target_, nullptr)->queue_.leave_place();
}

void TargetHealth::Pass::began(const LazyNow& now) {
  // An attempt that began before the target failed says nothing about it now.
  if (target_ == nullptr || !(probe_ || forced_)) return;
  if (!target_->cooldown_.clear()) {
    if (!target_->cooldown_.end_early(now())) return;
    target_->probation_.store(true, std::memory_order_relaxed);
    target_->tell_back();
  }
  forced_ = false;  // from here on it is one of many
  if (std::exchange(probe_, false)) target_->probing_.store(false, std::memory_order_release);
}

void TargetHealth::Pass::succeeded() {
  if (target_ == nullptr) return;
  TargetHealth& target = *target_;
  if (target.failures_in_a_row_.load(std::memory_order_relaxed) != 0) target.failures_in_a_row_.store(0, std::memory_order_relaxed);
  if (!target.cooldown_.clear() && (probe_ || forced_)) target.close();
  if (!target.cooldown_.clear()) return;
  const auto brought_back = [](std::atomic<bool>& how) { return how.load(std::memory_order_relaxed); };
  if (brought_back(target.probation_) || brought_back(target.on_trial_)) target.prove();
}

void TargetHealth::Pass::failed(const LazyNow& now, const config::FailoverSettings& rules, std::optional<std::chrono::milliseconds> hint) {
  if (target_ == nullptr) return;
  TargetHealth& target = *target_;
  target.failures_.fetch_add(1, std::memory_order_relaxed);
  const bool enough = target.failures_in_a_row_.fetch_add(1, std::memory_order_relaxed) + 1 >= rules.failures;
  if (!hint && !enough && !probe_ && !target.probation_.load(std::memory_order_relaxed)) return;
  if (!target.cooldown_.start(now(), rules, hint)) return;
  target.probation_.store(false, std::memory_order_relaxed);
  target.failures_in_a_row_.store(0, std::memory_order_relaxed);
  if (target.on_trial_.exchange(false, std::memory_order_relaxed)) target.deceptive_.store(true, std::memory_order_relaxed);
  target.rest(RestReason::failing, now());
}

void TargetHealth::rest(RestReason reason, HealthTime now) {
  rests_.fetch_add(1, std::memory_order_relaxed);
  if (*listener_) (*listener_)({"target", name_, reason, std::chrono::duration_cast<std::chrono::milliseconds>(cooldown_.until() - now)});
}

void TargetHealth::tell_back() const {
  if (*listener_) (*listener_)({"target", name_, RestReason::none});
}

void TargetHealth::close() {
  deceptive_.store(false, std::memory_order_relaxed);
  if (cooldown_.end()) tell_back();
}

void TargetHealth::prove() {
  if (probation_.exchange(false, std::memory_order_relaxed)) deceptive_.store(false, std::memory_order_relaxed);
  on_trial_.store(false, std::memory_order_relaxed);
  cooldown_.end();  // only how long the next rest would be
}

void TargetHealth::probe_passed(HealthTime now, std::uint32_t needed, ProbeRecord::Result&& result) {
  const std::uint64_t row = probes_.passed(std::move(result));
  if (row < needed || cooldown_.clear() || deceptive_.load(std::memory_order_relaxed)) return;
  if (!cooldown_.end_early(now)) return;
  failures_in_a_row_.store(0, std::memory_order_relaxed);
  on_trial_.store(true, std::memory_order_relaxed);
  tell_back();
}

void TargetHealth::probe_failed(HealthTime now, std::uint32_t needed, std::chrono::milliseconds rest_for, ProbeRecord::Result&& result) {
  const std::uint64_t row = probes_.failed(std::move(result));
  deceptive_.store(false, std::memory_order_relaxed);
  if (row < needed) return;
  const bool rested = cooldown_.active(LazyNow(now));
  on_trial_.store(false, std::memory_order_relaxed);
  if (cooldown_.start(now, rest_for) && !rested) rest(RestReason::probe_failed, now);
}

TargetHealth::Counters TargetHealth::counters() const {
  return {attempts_.load(std::memory_order_relaxed), failures_.load(std::memory_order_relaxed), rests_.load(std::memory_order_relaxed)};
}

}  // namespace patchbay::pipeline
