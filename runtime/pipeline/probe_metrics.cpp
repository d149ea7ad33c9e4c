#include "pipeline/probe_metrics.hpp"

#include <chrono>

namespace patchbay::pipeline {

namespace {

/// Calls `show` with the labels' values and what is known of each target that was probed.
template <class Show>
void for_each_probed(const Assembly& assembly, Show&& show) {
  for (const auto& route : assembly.routes)
    for (const auto& chain : route->chains)
      if (chain->probe)
        if (const ProbeRecord::Summary found = chain->health->probes().summary()) show(route->settings.id, chain->id, found);
}

}  // namespace

void add_probe_metrics(const Assembly& assembly, monitoring::PrometheusText& text) {
  text.metric("patchbay_probe_well", "gauge", "Whether a target passed its last probe.");
  for_each_probed(assembly, [&](std::string_view route, std::string_view target, const ProbeRecord::Summary& found) {
    text.sample({{"route", route}, {"target", target}}, std::uint64_t{found.well});
  });
  text.metric("patchbay_probe_duration_seconds", "gauge", "How long the last probe of a target took.");
  for_each_probed(assembly, [&](std::string_view route, std::string_view target, const ProbeRecord::Summary& found) {
    text.sample({{"route", route}, {"target", target}}, std::chrono::duration<double>(found.last.took).count());
  });
  text.metric("patchbay_probe_results_total", "counter", "Probes of a target by what came of them.");
  for_each_probed(assembly, [&](std::string_view route, std::string_view target, const ProbeRecord::Summary& found) {
    text.sample({{"route", route}, {"target", target}, {"result", "passed"}}, found.passed);
    text.sample({{"route", route}, {"target", target}, {"result", "failed"}}, found.failed);
  });
}

}  // namespace patchbay::pipeline
