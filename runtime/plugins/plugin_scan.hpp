#pragma once

#include <memory>
#include <string>
#include <vector>

#include "plugins/load_failure.hpp"
#include "plugins/plugin.hpp"

namespace patchbay::plugins {

/// The plugins of some directories, and why others are not among them.
struct ScanResult {
  std::vector<std::shared_ptr<const Plugin>> plugins;
  std::vector<LoadFailure> failures;
};

/// Loads every `*.so` of the directories, by directory and then by name; hidden and `.tmp` files are passed over. A file that is refused
/// never stops the others. A plugin whose id, or one of whose module types, is there already is refused; the message names both files.
/// [load]
[[nodiscard]] ScanResult scan(const std::vector<std::string>& directories, StagingDirectory& staging,
                              const SignaturePolicy& signatures = {}, const TryOut& try_out = {});

/// Throws LoadFailure (duplicate_id, duplicate_type) if something of a plugin is there already.
void refuse_duplicates(const PluginInfo& info, const std::vector<std::shared_ptr<const Plugin>>& plugins);

}  // namespace patchbay::plugins
