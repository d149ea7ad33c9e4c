#include "commands/assemble_file.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "control/signature_policy.hpp"
#include "v1/load.hpp"

namespace patchbay::commands {

namespace {

/// Loads the plugins; false, and a diagnostic, if they cannot be known: then a module type that is missing may well be there.
bool load_plugins_of(const std::string& path, const config::PluginSettings& settings, AssembledFile& file) {
  if (is_faulty("plugins", file.diagnostics)) return false;
  const auto fault = [&](const char* key, const char* message) {
    file.diagnostics.push_back({{path, 0, 0}, key, message, {}});
    return false;
  };
  try {
    const plugins::SignaturePolicy signatures = control::signature_policy(settings, plugin_directories({}));
    file.plugins = load_plugins(settings.directories, settings.state_directory, signatures);
  } catch (const std::invalid_argument& no_key) {
    return fault("plugins.trusted_keys", no_key.what());
  } catch (const plugins::LoadFailure& failure) {
    return fault("plugins.state_directory", failure.what());
  }
  return true;
}

}  // namespace

bool is_faulty(std::string_view key, const std::vector<config::Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), [key](const config::Diagnostic& one) {
    const std::string_view rest = std::string_view(one.key).substr(std::min(key.size(), one.key.size()));
    return !one.warning && one.key.starts_with(key) && (rest.empty() || rest.front() == '.' || rest.front() == '[');
  });
}

AssembledFile assemble_file(const std::string& path) {
  AssembledFile file;
  config::Loaded loaded = v1::load(path);
  file.diagnostics = std::move(loaded.diagnostics);
  file.document = std::move(loaded.document);
  file.settings = loaded.settings;
  file.draft = loaded.draft;
  std::optional<config::Settings>& settings = loaded.settings ? loaded.settings : loaded.draft;
  if (settings && load_plugins_of(path, settings->plugins, file)) {
    file.pool = std::make_unique<pipeline::StaticInstancePool>(settings->pool.unhealthy_after);
    pipeline::Assembled assembled = pipeline::PipelineAssembler(file.plugins.registry, *file.pool).assemble(std::move(*settings), 1);
    if (file.settings) file.assembly = std::move(assembled.assembly);
    std::move(assembled.diagnostics.begin(), assembled.diagnostics.end(), std::back_inserter(file.diagnostics));
  }
  config::place(file.diagnostics, file.document);
  config::sort_by_place(file.diagnostics, path);
  return file;
}

}  // namespace patchbay::commands
