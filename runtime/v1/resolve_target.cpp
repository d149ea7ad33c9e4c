#include <algorithm>

#include "v1/reader.hpp"

namespace patchbay::v1 {

namespace {

bool has_alias(const Provider& provider, std::string_view alias) {
  return std::any_of(provider.keys.begin(), provider.keys.end(), [&](const Key& key) { return key.alias == alias; });
}

/// The key that an alias means: by its name, or as files of the first weeks wrote it.
std::optional<std::string> alias_of(const Provider& provider, std::string_view text) {
  if (has_alias(provider, text)) return std::string(text);
  if (text.starts_with("oauth-") && has_alias(provider, text.substr(6))) return std::string(text.substr(6));
  if (text == "default" && !provider.keys.empty()) return provider.keys.front().alias;
  return std::nullopt;
}

bool looks_like_a_key(std::string_view text) {
  return text.starts_with("key") && text.size() > 3 &&
         std::all_of(text.begin() + 3, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

/// Splits what follows the provider's name; false, and a note, if it names no key that is there.
bool split(const Reading& reading, const Provider& provider, std::string_view rest, const Node& at, Target& into) {
  if (provider.find_model(rest) != nullptr) {
    into.model = rest;
    return true;
  }
  for (const std::string_view separator : {"__", "."})
    for (std::size_t cut = rest.rfind(separator); cut != std::string_view::npos && cut > 0; cut = rest.rfind(separator, cut - 1)) {
      const std::string_view model = rest.substr(0, cut);
      const std::string_view alias = rest.substr(cut + separator.size());
      if (provider.find_model(model) == nullptr && !looks_like_a_key(alias)) continue;
      into.model = model;
      const std::optional<std::string> found = alias_of(provider, alias);
      if (found) {
        into.alias = *found;
        return true;
      }
      std::vector<std::string> aliases;
      for (const Key& key : provider.keys) aliases.push_back(key.alias);
      reading.drop(at, "provider " + provider.id + " has no key '" + std::string(alias) + "'; there are: " + listed(aliases));
      return false;
    }
  if (const std::size_t dot = rest.find('.'); dot != std::string_view::npos && provider.find_model(rest.substr(dot + 1)) != nullptr)
    if (const std::optional<std::string> found = alias_of(provider, rest.substr(0, dot))) {
      into.alias = *found;
      into.model = rest.substr(dot + 1);
      return true;
    }
  into.model = rest;
  reading.note(Fate::defaulted, at, "provider " + provider.id + " does not list model '" + into.model + "'; it is asked for nevertheless");
  return true;
}

}  // namespace

std::optional<Target> resolve_target(const Reading& reading, const std::string& text, const Node& at) {
  const Provider* owner = nullptr;
  for (const Provider& provider : reading.into.providers) {
    const bool names = text == provider.id || text.starts_with(provider.id + ".") || text.starts_with(provider.id + "_key");
    if (names && (owner == nullptr || provider.id.size() > owner->id.size())) owner = &provider;
  }
  if (owner == nullptr) {
    std::vector<std::string> ids;
    for (const Provider& provider : reading.into.providers) ids.push_back(provider.id);
    reading.drop(at, "'" + text + "' names no provider; there are: " + listed(ids));
    return std::nullopt;
  }
  Target target;
  target.provider = owner->id;
  target.pointer = at.pointer();
  if (text == owner->id) {
    if (owner->models.size() == 1) target.model = owner->models.front().id;
    return target;
  }
  std::string rest = text.substr(owner->id.size() + 1);
  if (text[owner->id.size()] == '_') {  // "glm_key1.glm-4.6"
    const std::size_t dot = rest.find('.');
    if (dot != std::string::npos) rest = rest.substr(dot + 1) + "." + rest.substr(0, dot);
  }
  if (!split(reading, *owner, rest, at, target)) return std::nullopt;
  return target;
}

}  // namespace patchbay::v1
