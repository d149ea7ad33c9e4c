#pragma once

#include "monitoring/prometheus_text.hpp"
#include "pipeline/assembly.hpp"

namespace patchbay::pipeline {

/// `patchbay_probe_*`: what the host's own probes have found, a series for each target that was probed. [thread-safe]
void add_probe_metrics(const Assembly& assembly, monitoring::PrometheusText& text);

}  // namespace patchbay::pipeline
