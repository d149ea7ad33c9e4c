#include <boost/json/serialize.hpp>
#include <cstdio>
#include <filesystem>

#include "commands/cli.hpp"
#include "commands/plugin_host.hpp"
#include "plugins/plugin_report.hpp"

namespace patchbay::commands {

namespace {

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print(const boost::json::value& value) { print(boost::json::serialize(value) + "\n"); }

bool is_called(const plugins::PluginInfo& plugin, const std::string& name) {
  if (plugin.id == name || std::filesystem::path(plugin.path).stem() == name) return true;
  for (const plugins::ModuleInfo& module : plugin.modules)
    if (module.type == name) return true;
  return false;
}

int show(const plugins::PluginInfo& plugin, bool json) {
  if (json)
    print(plugins::describe(plugin));
  else
    print(plugins::manual_page(plugin));
  return Exit::success;
}

}  // namespace

int list_plugins(const PluginOptions& options) {
  const PluginHost host = load_plugins(options.directories);
  if (options.json)
    print(plugins::describe(host.scan));
  else
    print(plugins::list_text(host.scan));
  return host.scan.failures.empty() ? Exit::success : Exit::failure;
}

int inspect_plugin(const PluginOptions& options) {
  if (options.name.ends_with(".so")) {
    plugins::StagingDirectory staging("");
    return show(plugins::Plugin::load(options.name, staging, 1)->info(), options.json);
  }
  const PluginHost host = load_plugins(options.directories);
  for (const auto& plugin : host.scan.plugins)
    if (is_called(plugin->info(), options.name)) return show(plugin->info(), options.json);
  std::fprintf(stderr, "no loaded plugin has the id, the file name or a module type '%s'; `patchbay plugin list` shows what there is\n",
               options.name.c_str());
  return Exit::bad_input;
}

}  // namespace patchbay::commands
