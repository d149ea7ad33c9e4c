#include "patchbay/headers.hpp"

#include <algorithm>

namespace patchbay {

namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

void Headers::set(std::string_view name, std::string_view value) {
  const auto same_name = [&](const Header& line) { return equals_ignoring_case(line.name, name); };
  const auto first = std::find_if(lines_.begin(), lines_.end(), same_name);
  if (first == lines_.end()) {
    add(name, value);
    return;
  }
  first->value = value;
  lines_.erase(std::remove_if(first + 1, lines_.end(), same_name), lines_.end());
}

std::size_t Headers::remove(std::string_view name) {
  return std::erase_if(lines_, [&](const Header& line) { return equals_ignoring_case(line.name, name); });
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const Header& line : lines_)
    if (equals_ignoring_case(line.name, name)) return line.value;
  return std::nullopt;
}

}  // namespace patchbay
