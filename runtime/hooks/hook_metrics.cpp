#include "hooks/hook_metrics.hpp"

namespace patchbay::hooks {

void add_metrics(const HookBus& hooks, monitoring::PrometheusText& text) {
  const std::vector<LaneCounters> lanes = hooks.counters();
  if (lanes.empty()) return;
  text.metric("patchbay_hook_events_total", "counter", "Events for a hook: delivered, dropped because it was too slow, or failed in it.");
  for (const LaneCounters& lane : lanes) {
    text.sample({{"hook", lane.id}, {"result", "delivered"}}, lane.delivered);
    text.sample({{"hook", lane.id}, {"result", "dropped"}}, lane.dropped);
    text.sample({{"hook", lane.id}, {"result", "failed"}}, lane.failed);
  }
}

}  // namespace patchbay::hooks
