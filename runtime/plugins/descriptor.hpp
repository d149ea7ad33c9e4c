#pragma once

#include <string>
#include <vector>

#include "patchbay/abi.h"
#include "patchbay/patchbay.h"
#include "plugins/plugin.hpp"

namespace patchbay::plugins {

/// Checks a descriptor against every rule of abi.h and copies what it says into `info`; returns a factory for each module, which is good as
/// long as the library is loaded. Throws LoadFailure (descriptor_invalid) naming the field. [load]
[[nodiscard]] std::vector<ModuleFactory> read_descriptor(const patchbay_plugin_descriptor* descriptor, const std::string& path,
                                                         PluginInfo& info);

/// Likewise a descriptor in plain C against the rules of patchbay.h.
[[nodiscard]] std::vector<ModuleFactory> read_descriptor(const patchbay_c_plugin* descriptor, const std::string& path, PluginInfo& info);

}  // namespace patchbay::plugins
