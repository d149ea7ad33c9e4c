#include "config/environment.hpp"

#include <cstdlib>

namespace patchbay::config {

std::optional<std::string> environment_value(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

std::string expand_variables(std::string_view text, const Lookup& lookup, std::vector<std::string>& faults,
                             std::vector<std::string>& unset) {
  std::string result;
  for (;;) {
    const std::size_t start = text.find("${");
    if (start == std::string_view::npos) return result.append(text);
    if (start > 0 && text[start - 1] == '$') {
      result.append(text.substr(0, start - 1)).append("${");
      text.remove_prefix(start + 2);
      continue;
    }
    const std::size_t end = text.find('}', start);
    if (end == std::string_view::npos) {
      faults.emplace_back("'${' is not closed by '}' (write '$${' for a plain one)");
      return result.append(text);
    }
    const std::string_view reference = text.substr(start + 2, end - start - 2);
    const std::size_t colon = reference.find(':');
    const std::string name(reference.substr(0, colon));
    result.append(text.substr(0, start));
    if (const std::optional<std::string> value = lookup(name)) {
      result.append(*value);
    } else if (colon != std::string_view::npos) {
      result.append(reference.substr(colon + 1));
    } else {
      unset.push_back("the environment variable " + name + " is not set; set it, or give a default: ${" + name + ":…}");
      result.append(text.substr(start, end + 1 - start));
    }
    text.remove_prefix(end + 1);
  }
}

}  // namespace patchbay::config
