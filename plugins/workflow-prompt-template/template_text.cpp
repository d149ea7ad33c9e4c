#include "template_text.hpp"

#include <algorithm>

namespace patchbay::prompt_template {

namespace {

constexpr std::string_view open = "{{";
constexpr std::string_view close = "}}";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_name(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == std::string_view::npos;
}

}  // namespace

TemplateText::TemplateText(std::string_view source) {
  std::string literal;
  std::size_t at = 0;
  while (at < source.size()) {
    const std::size_t begin = source.find(open, at);
    literal += source.substr(at, begin == std::string_view::npos ? begin : begin - at);
    if (begin == std::string_view::npos) break;
    if (begin > 0 && source[begin - 1] == '\\' && begin > at) {
      literal.back() = '{';
      literal += '{';
      at = begin + open.size();
      continue;
    }
    const std::size_t end = source.find(close, begin);
    if (end == std::string_view::npos)
      throw std::invalid_argument("the '{{' at byte " + std::to_string(begin) + R"( is not closed; write '\{{' for two braces)");
    const std::string name(trimmed(source.substr(begin + open.size(), end - begin - open.size())));
    if (!is_name(name))
      throw std::invalid_argument("'" + name + "' at byte " + std::to_string(begin) +
                                  " is no name of a variable: letters, digits, '_', '-' and '.'; there are no sections, loops or comments");
    if (std::find(names_.begin(), names_.end(), name) == names_.end()) names_.push_back(name);
    parts_.push_back({std::move(literal), name});
    literal.clear();
    at = end + close.size();
  }
  if (!literal.empty()) parts_.push_back({std::move(literal), {}});
}

std::string TemplateText::render(const std::function<std::string(const std::string& name)>& value_of) const {
  std::string text;
  for (const Part& part : parts_) {
    text += part.literal;
    if (!part.name.empty()) text += value_of(part.name);
  }
  return text;
}

}  // namespace patchbay::prompt_template
