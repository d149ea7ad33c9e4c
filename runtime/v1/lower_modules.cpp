#include "v1/lower_modules.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "v1/vendors.hpp"

namespace patchbay::v1 {

namespace json = boost::json;

namespace {

/// The keys that take turns, each once; those that V1 got by signing in only if there are no others.
json::array keys_of(const Provider& provider, std::string_view alias) {
  json::array keys;
  const bool needs_no_sign_in =
      std::any_of(provider.keys.begin(), provider.keys.end(), [](const Key& key) { return key.sign_in.empty() && key.obstacle.empty(); });
  for (const Key& key : provider.keys) {
    const bool wanted = alias.empty() ? key.sign_in.empty() || !needs_no_sign_in : key.alias == alias;
    if (!wanted || !key.obstacle.empty() || key.reference.empty()) continue;
    const json::value reference(json::string(key.reference));
    if (std::find(keys.begin(), keys.end(), reference) == keys.end()) keys.push_back(reference);
  }
  return keys;
}

json::array names_of(const Provider& provider) {
  json::array names;
  for (const Model& model : provider.models) {
    const bool whole = provider.id.ends_with("." + model.id);
    names.emplace_back(json::string(whole ? provider.id : provider.id + "." + model.id));
  }
  return names;
}

}  // namespace

std::string library_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (plain || (!name.empty() && name.back() != '-')) name += plain ? c : '-';
  }
  while (name.ends_with('-')) name.pop_back();
  return name.empty() ? "provider" : name;
}

std::string ModuleLowering::add(PlanModule module) {
  for (const PlanModule& other : plan_.modules)
    if (other.type == module.type && other.config == module.config) return other.name;
  const auto is_taken = [this](const std::string& name) {
    return std::any_of(plan_.modules.begin(), plan_.modules.end(), [&](const PlanModule& other) { return other.name == name; });
  };
  const std::string name = module.name;
  for (std::size_t number = 2; is_taken(module.name); ++number) module.name = name + "-" + std::to_string(number);
  plan_.modules.push_back(std::move(module));
  return plan_.modules.back().name;
}

void ModuleLowering::note_once(Fate fate, const std::string& pointer, const std::string& text) {
  const bool there =
      std::any_of(plan_.notes.begin(), plan_.notes.end(), [&](const Note& note) { return note.pointer == pointer && note.text == text; });
  if (!there) plan_.notes.push_back({fate, pointer, text});
}

std::string ModuleLowering::provider_of(const Provider& provider, const Model* model, std::string_view alias) {
  if (!alias.empty() && keys_of(provider, alias) == keys_of(provider, "")) alias = "";  // its only one
  PlanModule module;
  module.name = library_name(provider.id + (alias.empty() ? "" : "-" + std::string(alias)));
  module.type = std::string(provider_module(provider.wire));
  module.origin = provider.pointer;
  module.config["base_url"] = provider.base_url;
  if (model != nullptr && !model->base_url.empty()) {
    module.config["base_url"] = model->base_url;
    module.name = library_name(provider.id + "-" + model->id + (alias.empty() ? "" : "-" + std::string(alias)));
  }
  if (json::array keys = keys_of(provider, alias); !keys.empty()) module.config["api_keys"] = std::move(keys);
  if (provider.wire == Wire::messages && provider.bearer) module.config["auth"] = "bearer";
  if (!provider.key_header.empty()) {
    if (provider.wire == Wire::chat || provider.wire == Wire::responses)
      module.config["auth_header"] = provider.key_header;
    else if (provider.key_header != "x-goog-api-key" && provider.key_header != "x-api-key")
      note_once(Fate::changed, provider.pointer,
                "the key goes out in the header that the protocol has for it, not in " + provider.key_header);
  }
  if (!provider.headers.empty()) {
    json::object headers;
    for (const auto& [name, value] : provider.headers) headers[name] = value;
    module.config["headers"] = std::move(headers);
  }
  if (json::array names = names_of(provider); !names.empty()) module.config["models"] = std::move(names);
  return add(std::move(module));
}

std::vector<std::string> ModuleLowering::chain(const Provider& provider, const Model* model, std::string_view alias) {
  std::vector<std::string> names;
  PlanModule converter{"conversion", "llmswitch-conversion-router", ModuleKind::llm_switch, {}, ""};
  if (provider.wire == Wire::messages && model != nullptr && model->max_tokens != 0)
    converter.config["default_max_tokens"] = model->max_tokens;
  names.push_back(add(std::move(converter)));

  const bool never = provider.streaming == "never" || (model != nullptr && model->streams == false);
  const bool always = provider.streaming == "always";
  if (never || always) {
    const std::string form = never ? "whole" : "stream";
    if (provider.wire == Wire::chat)
      names.push_back(add({"upstream-" + form, "workflow-streaming-control", ModuleKind::workflow, {{"upstream", form}}, ""}));
    else
      note_once(Fate::changed, provider.pointer, "the provider streams when the client does");
  }

  const std::string dialect = model != nullptr && model->compatibility ? *model->compatibility : provider.compatibility;
  CompatibilityModules compatibility = compatibility_modules(dialect, provider.wire, model != nullptr ? model->thinking : std::nullopt);
  if (!compatibility.lost.empty()) note_once(Fate::unmappable, provider.pointer, compatibility.lost);
  for (ModuleConfig& one : compatibility.modules)
    names.push_back(
        add({library_name(dialect) + "-dialect", one.type, ModuleKind::compatibility, std::move(one.config), provider.pointer}));

  names.push_back(provider_of(provider, model, alias));
  return names;
}

}  // namespace patchbay::v1
