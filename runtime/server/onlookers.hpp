#pragma once

#include "hooks/hook_bus.hpp"
#include "monitoring/metrics_page.hpp"
#include "monitoring/telemetry.hpp"

namespace patchbay::server {

/// Who is told of what happens to requests; all of them outlive the server.
struct Onlookers {
  hooks::HookBus& hooks;
  monitoring::Telemetry& telemetry;
  const monitoring::MetricsPage* page = nullptr;  ///< what `GET /metrics` shows to clients; null: it is not there
};

}  // namespace patchbay::server
