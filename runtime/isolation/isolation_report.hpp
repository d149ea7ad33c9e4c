#pragma once

#include <boost/json/array.hpp>
#include <string>

#include "isolation/supervisor.hpp"
#include "monitoring/prometheus_text.hpp"

namespace patchbay::isolation {

/// The processes of plugins, as `patchbay plugin list` and the metrics show them.
[[nodiscard]] boost::json::array describe(const Supervisor& supervisor);
[[nodiscard]] std::string list_text(const Supervisor& supervisor);
void add_metrics(const Supervisor& supervisor, monitoring::PrometheusText& text);

}  // namespace patchbay::isolation
