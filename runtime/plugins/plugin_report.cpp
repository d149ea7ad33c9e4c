#include "plugins/plugin_report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "config/reference.hpp"

namespace patchbay::plugins {

namespace json = boost::json;

json::value describe(const PluginInfo& plugin) {
  json::array modules;
  for (const ModuleInfo& module : plugin.modules)
    modules.push_back(json::object{{"type", module.type},
                                   {"kind", name_of(module.kind)},
                                   {"summary", module.summary},
                                   {"status", module.status},
                                   {"config_schema", module.schema}});
  json::object stamp;
  for (const auto& [key, value] : plugin.stamp) stamp[key] = value;
  return json::object{{"id", plugin.id},     {"version", plugin.version}, {"vendor", plugin.vendor},       {"license", plugin.license},
                      {"path", plugin.path}, {"hash", plugin.hash},       {"modules", std::move(modules)}, {"stamp", std::move(stamp)}};
}

json::value describe(const ScanResult& scan) {
  json::array plugins;
  for (const auto& plugin : scan.plugins) plugins.push_back(describe(plugin->info()));
  json::array failures;
  for (const LoadFailure& failure : scan.failures)
    failures.push_back(json::object{{"path", failure.path()}, {"code", name_of(failure.code())}, {"message", failure.what()}});
  return json::object{{"plugins", std::move(plugins)}, {"refused", std::move(failures)}};
}

std::string entry_text(const PluginInfo& plugin) {
  std::string text = plugin.id + " " + plugin.version + "  " + plugin.path + "\n";
  for (const ModuleInfo& module : plugin.modules)
    text += "  " + std::string(name_of(module.kind)) + " " + module.type + " (" + module.status + "): " + module.summary + "\n";
  return text;
}

std::string list_text(const ScanResult& scan) {
  std::string text;
  for (const auto& plugin : scan.plugins) text += entry_text(plugin->info());
  if (scan.plugins.empty()) text += "no plugin is loaded\n";
  for (const LoadFailure& failure : scan.failures)
    text += "refused (" + std::string(name_of(failure.code())) + "): " + failure.what() + "\n";
  return text;
}

std::string manual_page(const PluginInfo& plugin) {
  std::string text = plugin.id + " " + plugin.version + " by " + plugin.vendor + " (" + plugin.license + ")\n" + plugin.path + "\n";
  for (const ModuleInfo& module : plugin.modules)
    text += "\n# " + module.type + "\n\n" + module.summary + ". Kind: " + std::string(name_of(module.kind)) + "; status: " + module.status +
            ".\n\n" + module.manual + (module.manual.ends_with('\n') ? "" : "\n") + "\n## Options\n\n" +
            config::markdown_table(module.schema);
  text += "\n# Stamp\n\n";
  for (const auto& [key, value] : plugin.stamp) text += key + " = " + value + "\n";
  return text;
}

}  // namespace patchbay::plugins
