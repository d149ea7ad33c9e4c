#include "plugins/semantic_version.hpp"

#include <algorithm>
#include <compare>

namespace patchbay::plugins {

namespace {

std::string_view take(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

bool is_number(std::string_view part) {
  return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Numbers by value and before anything else, the rest by their bytes.
std::strong_ordering compare_part(std::string_view a, std::string_view b) {
  if (is_number(a) != is_number(b)) return is_number(a) ? std::strong_ordering::less : std::strong_ordering::greater;
  if (is_number(a) && a.size() != b.size()) return a.size() <=> b.size();  // no leading zeros
  return a <=> b;
}

std::strong_ordering compare_parts(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty())
    if (const auto order = compare_part(take(a, '.'), take(b, '.')); order != 0) return order;
  return b.empty() <=> a.empty();
}

}  // namespace

bool precedes(std::string_view version, std::string_view other) {
  version = take(version, '+');
  other = take(other, '+');
  const std::string_view core = take(version, '-');
  const std::string_view other_core = take(other, '-');
  if (const auto order = compare_parts(core, other_core); order != 0) return order < 0;
  if (version.empty() || other.empty()) return !version.empty() && other.empty();  // a pre-release precedes its release
  return compare_parts(version, other) < 0;
}

}  // namespace patchbay::plugins
