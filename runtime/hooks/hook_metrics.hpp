#pragma once

#include "hooks/hook_bus.hpp"
#include "monitoring/prometheus_text.hpp"

namespace patchbay::hooks {

/// What `/metrics` tells of hooks. [thread-safe]
void add_metrics(const HookBus& hooks, monitoring::PrometheusText& text);

}  // namespace patchbay::hooks
