#include "patchbay/headers.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace patchbay {

namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

template <class Word>
Word word_at(const char* at) {
  Word word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
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

/// Compares `size` bytes, at least one word of them: a word at a time, of which the last two may overlap.
template <class Word>
bool same_words(const char* a, const char* b, std::size_t size) {
  const auto same = [a, b](std::size_t at) {
    return lower(std::uint64_t{word_at<Word>(a + at)}) == lower(std::uint64_t{word_at<Word>(b + at)});
  };
  for (std::size_t at = 0; at + sizeof(Word) < size; at += sizeof(Word))
    if (!same(at)) return false;
  return same(size - sizeof(Word));
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.size() >= sizeof(std::uint64_t)) return same_words<std::uint64_t>(a.data(), b.data(), a.size());
  if (a.size() >= sizeof(std::uint32_t)) return same_words<std::uint32_t>(a.data(), b.data(), a.size());
  return std::equal(a.begin(), a.end(), b.begin(), [](char one, char other) { return lower(one) == lower(other); });
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
