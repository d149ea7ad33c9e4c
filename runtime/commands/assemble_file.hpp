#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands/plugin_host.hpp"
#include "config/load.hpp"
#include "pipeline/pipeline_assembler.hpp"

namespace patchbay::commands {

/// A configuration file with its plugins loaded and its routes assembled, for commands that look and do not serve.
struct AssembledFile {
  std::optional<config::Settings> settings;  ///< as they were read; nothing if they could not be
  PluginHost plugins;
  std::unique_ptr<pipeline::StaticInstancePool> pool;
  std::shared_ptr<const pipeline::Assembly> assembly;  ///< null if there was any error
  std::vector<config::Diagnostic> diagnostics;
};

/// Throws LoadFailure if no plugin can be staged at all.
[[nodiscard]] AssembledFile assemble_file(const std::string& path);

}  // namespace patchbay::commands
