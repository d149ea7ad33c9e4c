#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "plugins/plugin_scan.hpp"

namespace patchbay::plugins {

/// What `patchbay plugin list` shows.
[[nodiscard]] boost::json::value describe(const ScanResult& scan);
[[nodiscard]] std::string list_text(const ScanResult& scan);

/// One plugin of that list: a line for the plugin, one for each module.
[[nodiscard]] std::string entry_text(const PluginInfo& plugin);

/// What `patchbay plugin inspect` shows: the manual page of a plugin.
[[nodiscard]] boost::json::value describe(const PluginInfo& plugin);
[[nodiscard]] std::string manual_page(const PluginInfo& plugin);

}  // namespace patchbay::plugins
