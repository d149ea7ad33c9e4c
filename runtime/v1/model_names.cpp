#include "v1/model_names.hpp"

#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace patchbay::v1 {

namespace {

/// A text that an expression matches literally.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

std::string alternatives(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : "|") + escaped(word);
  return words.size() == 1 ? text : "(" + text + ")";
}

std::vector<std::string> keys_of(const std::map<std::string, std::string>& names) {
  std::vector<std::string> keys;
  for (const auto& [name, model] : names) keys.push_back(name);
  return keys;
}

/// The one form of all names: a beginning, the model, and perhaps, or always, an end. Nothing if they have none.
std::optional<NamedModels> one_form(const std::map<std::string, std::string>& names, const std::set<std::string>& models) {
  const auto& [first, model] = *names.begin();
  const std::size_t at = first.rfind(model);
  if (model.empty() || at == std::string::npos) return std::nullopt;
  const std::string prefix = first.substr(0, at);
  std::set<std::string> ends;
  for (const auto& [name, of] : names) {
    if (!name.starts_with(prefix + of)) return std::nullopt;
    ends.insert(name.substr(prefix.size() + of.size()));
  }
  if (ends.size() > 2 || (ends.size() == 2 && !ends.begin()->empty()) || names.size() != models.size() * ends.size()) return std::nullopt;
  const std::string end = escaped(*ends.rbegin());
  return NamedModels{
      "^" + escaped(prefix) + alternatives({models.begin(), models.end()}) + (ends.size() == 2 ? "(" + end + ")?" : end) + "$", "\\1",
      keys_of(names)};
}

}  // namespace

std::vector<NamedModels> named_models(const std::map<std::string, std::string>& names) {
  std::map<std::string, std::vector<std::string>> by_model;
  for (const auto& [name, model] : names) by_model[model].push_back(name);
  if (by_model.size() > 1) {
    std::set<std::string> models;
    for (const auto& [model, words] : by_model) models.insert(model);
    if (std::optional<NamedModels> form = one_form(names, models)) return {std::move(*form)};
  }
  std::vector<NamedModels> result;
  for (const auto& [model, words] : by_model) result.push_back({"^" + alternatives(words) + "$", model, words});
  return result;
}

}  // namespace patchbay::v1
