#pragma once

#include "monitoring/prometheus_text.hpp"
#include "pipeline/static_instance_pool.hpp"

namespace patchbay::pipeline {

/// What `/metrics` tells of the pool: a series for each module type. [thread-safe]
void add_metrics(const StaticInstancePool& pool, monitoring::PrometheusText& text);

}  // namespace patchbay::pipeline
