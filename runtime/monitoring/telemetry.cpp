#include "monitoring/telemetry.hpp"

namespace patchbay::monitoring {

void Telemetry::follow(NotesPlan plan) {
  wanted_.store(plan.wants_anything(), std::memory_order_relaxed);
  auto next = std::make_shared<const NotesPlan>(std::move(plan));
  const std::lock_guard lock(mutex_);
  std::swap(plan_, next);  // the one before is destroyed after the lock is gone
}

std::shared_ptr<const NotesPlan> Telemetry::plan() const {
  const std::lock_guard lock(mutex_);
  return plan_;
}

void Telemetry::ended(const NotesPlan& plan, RequestMetrics::Shard& shard, const std::shared_ptr<const RequestNotes>& notes) {
  shard.ended(*notes, plan.metrics);
  for (const std::shared_ptr<RequestObserver>& observer : plan.observers) observer->ended(notes);
}

}  // namespace patchbay::monitoring
