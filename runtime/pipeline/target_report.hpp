#pragma once

#include <boost/json/value.hpp>

#include "monitoring/prometheus_text.hpp"
#include "pipeline/assembly.hpp"

namespace patchbay::pipeline {

/// How the targets of every route are, as `GET /admin/targets` shows it: `{routes: [{id, balance, failovers, retries, hedges, fallbacks,
/// exhausted, refused, targets: [{id, provider, state, back_in_ms, in_flight, waiting, max_concurrency, latency_ms, attempts, failures,
/// rests, probe: {state, reason, origin, every_ms, timeout_ms, rests_after, back_after, passed, failed, in_a_row, said, ago_ms, took_ms},
/// keys: [{id, state, reason, back_in_ms, rests}], instances: [{kind, type, instance, health}]}]}]}`. [thread-safe]
[[nodiscard]] boost::json::value describe_targets(const Assembly& assembly, const LazyNow& now);

/// The same for Prometheus: `patchbay_target_*` and `patchbay_route_*`. [thread-safe]
void add_target_metrics(const Assembly& assembly, monitoring::PrometheusText& text, const LazyNow& now);

}  // namespace patchbay::pipeline
