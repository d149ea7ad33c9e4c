#include "patchbay/headers.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace patchbay {

namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

std::uint64_t eight_at(const char* at) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at, sizeof bytes);
  return bytes;
}

/// `lower` of eight bytes at once: an addition carries into a byte's highest bit where the letter is beyond one end of A to Z.
constexpr std::uint64_t lower(std::uint64_t bytes) {
  constexpr std::uint64_t each = 0x0101010101010101;
  const std::uint64_t ascii = bytes & each * 0x7f;
  const std::uint64_t from_a = ascii + each * (0x80 - 'A');
  const std::uint64_t beyond_z = ascii + each * (0x7f - 'Z');
  const std::uint64_t capital = (from_a ^ beyond_z) & ~bytes & each * 0x80;
  return bytes | capital >> 2;
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  std::size_t at = 0;
  for (; a.size() - at >= 8; at += 8)
    if (lower(eight_at(a.data() + at)) != lower(eight_at(b.data() + at))) return false;
  for (; at < a.size(); ++at)
    if (lower(a[at]) != lower(b[at])) return false;
  return true;
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
