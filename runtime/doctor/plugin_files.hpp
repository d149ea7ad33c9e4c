#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "doctor/finding.hpp"
#include "isolation/supervisor.hpp"
#include "plugins/plugin_scan.hpp"

namespace patchbay::doctor {

/// What a scan of the plugin directories brought, who may put plugins there, how the files are linked, and whether modules run in processes
/// of their own. `directories` in the order in which they were scanned.
[[nodiscard]] Findings examine_plugins(const std::vector<std::string>& directories, const plugins::ScanResult& scan,
                                       const config::PluginSettings& settings);

/// The processes that were started for isolated modules.
[[nodiscard]] Findings examine_processes(const std::vector<isolation::ProcessStatus>& processes);

}  // namespace patchbay::doctor
