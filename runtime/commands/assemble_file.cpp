#include "commands/assemble_file.hpp"

#include <iterator>
#include <stdexcept>

#include "control/signature_policy.hpp"
#include "v1/load.hpp"

namespace patchbay::commands {

AssembledFile assemble_file(const std::string& path) {
  AssembledFile file;
  config::Loaded loaded = v1::load(path);
  file.diagnostics = std::move(loaded.diagnostics);
  if (!loaded.settings) return file;
  file.settings = loaded.settings;
  plugins::SignaturePolicy signatures;
  try {
    signatures = control::signature_policy(loaded.settings->plugins, plugin_directories({}));
  } catch (const std::invalid_argument& no_key) {
    file.diagnostics.push_back({{path, 0, 0}, "plugins.trusted_keys", no_key.what(), {}});
    return file;
  }
  file.plugins = load_plugins(loaded.settings->plugins.directories, loaded.settings->plugins.state_directory, signatures);
  file.pool = std::make_unique<pipeline::StaticInstancePool>(loaded.settings->pool.unhealthy_after);
  pipeline::Assembled assembled = pipeline::PipelineAssembler(file.plugins.registry, *file.pool).assemble(std::move(*loaded.settings), 1);
  file.assembly = std::move(assembled.assembly);
  std::move(assembled.diagnostics.begin(), assembled.diagnostics.end(), std::back_inserter(file.diagnostics));
  config::sort_by_place(file.diagnostics, path);
  return file;
}

}  // namespace patchbay::commands
