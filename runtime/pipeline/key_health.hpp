#pragma once

#include <memory>
#include <string>

#include "pipeline/cooldown.hpp"
#include "pipeline/health_change.hpp"

namespace patchbay::pipeline {

/// What is known of one key of a provider. [thread-safe]
class KeyHealth {
 public:
  KeyHealth(std::string name, std::shared_ptr<const HealthListener> listener) : name_(std::move(name)), listener_(std::move(listener)) {}

  [[nodiscard]] bool usable(const LazyNow& now) const { return cooldown_.clear() || !cooldown_.active(now); }
  /// When it is usable; in the past if it is.
  [[nodiscard]] HealthTime usable_at() const { return cooldown_.until(); }

  /// The provider said that the key is spent for now.
  void rate_limited(const LazyNow& now, const config::FailoverSettings& rules, std::optional<std::chrono::milliseconds> hint);
  /// The provider does not take the key. Unless that is `certain` (a 403 may mean the request), only the third time in a row counts.
  void refused(const LazyNow& now, const config::FailoverSettings& rules, bool certain);
  void succeeded() {
    if (!cooldown_.clear() || doubts_.load(std::memory_order_relaxed) != 0) recover();
  }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] RestReason reason() const { return reason_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t rests() const { return rests_.load(std::memory_order_relaxed); }

 private:
  void recover();
  void rests(RestReason reason, const LazyNow& now);

  const std::string name_;
  const std::shared_ptr<const HealthListener> listener_;
  Cooldown cooldown_;
  std::atomic<std::uint32_t> doubts_{0};  // refusals in a row that need not mean the key
  std::atomic<RestReason> reason_{RestReason::none};
  std::atomic<std::uint64_t> rests_{0};  // how often it began to rest
};

}  // namespace patchbay::pipeline
