#pragma once

#include <memory>
#include <string>
#include <vector>

#include "isolation/supervisor.hpp"
#include "pipeline/module_registry.hpp"
#include "plugins/plugin_scan.hpp"

namespace patchbay::commands {

/// Where plugins are looked for: `PATCHBAY_PLUGIN_PATH` (colon-separated), then the configured directories, then those that came with
/// Patchbay unless `PATCHBAY_PLUGIN_PATH` is set and takes their place.
[[nodiscard]] std::vector<std::string> plugin_directories(const std::vector<std::string>& configured);

/// The plugins of a process, and the registry of what they bring.
struct PluginHost {
  std::unique_ptr<plugins::StagingDirectory> staging;   // outlives what is staged in it
  std::unique_ptr<isolation::Supervisor> supervisor;    // outlives the modules that run in its processes
  plugins::ScanResult scan;
  pipeline::ModuleRegistry registry;
};

/// Loads every plugin. Files that are refused are in `scan.failures`; they never stop the others. Throws LoadFailure if nothing can be
/// staged at all. [init]
[[nodiscard]] PluginHost load_plugins(const std::vector<std::string>& directories, const std::string& state_directory = {},
                                      const plugins::SignaturePolicy& signatures = {});

}  // namespace patchbay::commands
