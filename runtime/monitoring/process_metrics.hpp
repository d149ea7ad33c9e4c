#pragma once

#include "monitoring/prometheus_text.hpp"

namespace patchbay::monitoring {

/// The usual numbers of a process, by the names that Prometheus' client libraries give them. [thread-safe]
void add_process_metrics(PrometheusText& text);

}  // namespace patchbay::monitoring
