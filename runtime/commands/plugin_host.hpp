#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/module_registry.hpp"
#include "plugins/plugin_scan.hpp"

namespace patchbay::commands {

/// Where plugins are looked for, in this order: `PATCHBAY_PLUGIN_PATH` (colon-separated), the configured directories, the installed one.
[[nodiscard]] std::vector<std::string> plugin_directories(const std::vector<std::string>& configured);

/// The plugins of a process, loaded once, and the registry of what they bring.
struct PluginHost {
  plugins::ScanResult scan;
  pipeline::ModuleRegistry registry;
};

/// Loads every plugin of the directories. Files that are refused are in `scan.failures`; they never stop the others. [init]
[[nodiscard]] PluginHost load_plugins(const config::PluginSettings& settings);

}  // namespace patchbay::commands
