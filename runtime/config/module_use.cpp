#include "config/module_use.hpp"

#include "config/route_text.hpp"

namespace patchbay::config {

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
    return true;
  }
  const std::optional<text::LibraryEntry> entry = read_as<text::LibraryEntry>(where, key, diagnostics);
  if (!entry) return false;
  use.type = entry->type;
  use.config = where.part("/config");
  if (use.config.value.is_null()) use.config.value = boost::json::object();
  return true;
}

}  // namespace patchbay::config
