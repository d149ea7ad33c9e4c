#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "monitoring/prometheus_text.hpp"
#include "plugins/plugin_inventory.hpp"

namespace patchbay::plugins {

/// What `patchbay plugin list` shows of a running host: beside what serves, which generation it is, the version before, why the newest
/// content of a file was refused, and which versions still serve running requests although they were replaced.
[[nodiscard]] boost::json::value describe(const PluginInventory& inventory);
[[nodiscard]] std::string list_text(const PluginInventory& inventory);

void add_metrics(const PluginInventory& inventory, monitoring::PrometheusText& text);

}  // namespace patchbay::plugins
