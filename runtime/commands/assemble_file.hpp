#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/plugin_host.hpp"
#include "config/load.hpp"
#include "pipeline/pipeline_assembler.hpp"

namespace patchbay::commands {

/// A configuration file with its plugins loaded and its routes assembled, for commands that look and do not serve.
struct AssembledFile {
  std::optional<config::Settings> settings;  ///< as they were read; nothing if they could not be
  std::optional<config::Settings> draft;     ///< of a faulty file what is sound, to look for more faults in
  config::Located document;                  ///< the file itself, to tell where a key stands
  PluginHost plugins;
  std::unique_ptr<pipeline::StaticInstancePool> pool;  ///< null if no plugin could be loaded
  std::shared_ptr<const pipeline::Assembly> assembly;  ///< null if there was any error
  std::vector<config::Diagnostic> diagnostics;
};

/// Every fault that can be found is in the diagnostics, by place: those of the text do not hide those of the modules.
[[nodiscard]] AssembledFile assemble_file(const std::string& path);

/// Whether there is an error at a key or below it.
[[nodiscard]] bool is_faulty(std::string_view key, const std::vector<config::Diagnostic>& diagnostics);

}  // namespace patchbay::commands
