#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <string>

#include "monitoring/prometheus_text.hpp"
#include "plugins/plugin_inventory.hpp"

namespace patchbay::plugins {

/// By generation of a plugin, how many requests hold it; one that is absent is held by none.
using Holders = std::map<std::uint64_t, std::uint64_t>;

/// What `patchbay plugin list` shows of a running host: beside what serves, which generation it is, the version before, why the newest
/// content of a file was refused, which versions still serve running requests although they were replaced, and how many requests hold each.
[[nodiscard]] boost::json::value describe(const PluginInventory& inventory, const Holders& holders);
[[nodiscard]] std::string list_text(const PluginInventory& inventory, const Holders& holders);

void add_metrics(const PluginInventory& inventory, const Holders& holders, monitoring::PrometheusText& text);

}  // namespace patchbay::plugins
