#pragma once

#include "monitoring/prometheus_text.hpp"
#include "server/counters.hpp"

namespace patchbay::server {

/// What `/metrics` tells of clients' connections. [thread-safe]
void add_metrics(const Counters& counters, monitoring::PrometheusText& text);

}  // namespace patchbay::server
