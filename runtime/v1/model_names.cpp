#include "v1/model_names.hpp"

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

}  // namespace

std::vector<NamedModels> named_models(const std::map<std::string, std::string>& names) {
  std::map<std::string, std::vector<std::string>> by_model;
  for (const auto& [name, model] : names) by_model[model].push_back(name);
  if (by_model.size() > 1) {
    std::string prefix;
    std::string suffix;
    std::vector<std::string> models;
    for (const auto& [name, model] : names) {
      const std::size_t at = name.rfind(model);
      if (at == std::string::npos) break;
      if (models.empty()) {
        prefix = name.substr(0, at);
        suffix = name.substr(at + model.size());
      }
      if (name != prefix + model + suffix) break;
      models.push_back(model);
    }
    if (models.size() == names.size()) {
      std::vector<std::string> words;
      for (const auto& [name, model] : names) words.push_back(name);
      return {{"^" + escaped(prefix) + alternatives(models) + escaped(suffix) + "$", "\\1", std::move(words)}};
    }
  }
  std::vector<NamedModels> result;
  for (const auto& [model, words] : by_model) result.push_back({"^" + alternatives(words) + "$", model, words});
  return result;
}

}  // namespace patchbay::v1
