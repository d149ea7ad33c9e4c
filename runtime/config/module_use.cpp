#include "config/module_use.hpp"

#include "config/read_sound.hpp"
#include "config/route_text.hpp"

namespace patchbay::config {

namespace {

bool may_be_isolated(const ModuleUse& use, const Located& where, const std::string& key, std::vector<Diagnostic>& diagnostics) {
  if (!use.isolated || use.kind != ModuleKind::hook) return true;
  diagnostics.push_back({where.find("/isolation"),
                         key + ".isolation",
                         "a hook cannot be isolated: it is told of what happens on a thread of its own, and no request waits for it",
                         {}});
  return false;
}

}  // namespace

bool resolve_module(const boost::json::value& config, const Located& where, const Settings& settings, ModuleUse& use,
                    std::vector<Diagnostic>& diagnostics) {
  const std::string key = use.key + ".config";
  use.at = where.at;
  if (config.is_string()) {
    const std::string name(config.get_string());
    const auto entry = settings.library.find(name);
    if (entry == settings.library.end()) {
      std::vector<std::string> names;
      for (const auto& [known, ignored] : settings.library) names.push_back(known);
      diagnostics.push_back({where.at, key, "there is no [library." + name + "]", nearest(name, names)});
      return false;
    }
    use.library = name;
    use.type = entry->second.type;
    use.config = entry->second.config;
    use.isolated = entry->second.isolated;
    return may_be_isolated(use, where, key, diagnostics);
  }
  const std::optional<text::LibraryEntry> entry = read_sound<text::LibraryEntry>(where, key, diagnostics);
  if (!entry) return false;
  use.type = entry->type;
  use.isolated = entry->isolation == "process";
  use.config = where.part("/config");
  if (use.config.value.is_null()) use.config.value = boost::json::object();
  return may_be_isolated(use, where, key, diagnostics);
}

}  // namespace patchbay::config
