#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>

#include "commands/cli.hpp"
#include "commands/plugin_host.hpp"
#include "config/reference.hpp"

namespace patchbay::commands {

int print_schema(const PluginOptions& options) {
  const PluginHost host = load_plugins(options.directories);
  boost::json::object modules;
  for (const auto& [type, factory] : host.registry.factories()) modules[type] = factory.schema;
  std::puts(boost::json::serialize(config::configuration_schema(std::move(modules))).c_str());
  return host.scan.failures.empty() ? Exit::success : Exit::failure;
}

}  // namespace patchbay::commands
