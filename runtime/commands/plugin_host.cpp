#include "commands/plugin_host.hpp"

#include <cstdlib>

#include "commands/installation.hpp"
#include "pipeline/plugin_registry.hpp"

namespace patchbay::commands {

std::vector<std::string> plugin_directories(const std::vector<std::string>& configured) {
  std::vector<std::string> directories;
  if (const char* const path = std::getenv("PATCHBAY_PLUGIN_PATH")) {
    std::string_view rest(path);
    while (!rest.empty()) {
      const std::string_view directory = rest.substr(0, rest.find(':'));
      if (!directory.empty()) directories.emplace_back(directory);
      rest.remove_prefix(std::min(directory.size() + 1, rest.size()));
    }
  }
  const bool instead_of_our_own = !directories.empty();
  directories.insert(directories.end(), configured.begin(), configured.end());
  if (!instead_of_our_own) directories.push_back(own_plugins());
  return directories;
}

PluginHost load_plugins(const std::vector<std::string>& directories, const std::string& state_directory,
                        const plugins::SignaturePolicy& signatures) {
  PluginHost host;
  host.staging = std::make_unique<plugins::StagingDirectory>(state_directory);
  host.scan = plugins::scan(plugin_directories(directories), *host.staging, signatures);
  host.supervisor = std::make_unique<isolation::Supervisor>(isolation::Supervisor::Options{});
  host.registry =
      pipeline::registry_of(host.scan.plugins, nullptr,
                            [supervisor = host.supervisor.get()](const auto& plugin, std::size_t index, const boost::json::value& config) {
                              return supervisor->make(plugin, index, config);
                            });
  return host;
}

}  // namespace patchbay::commands
