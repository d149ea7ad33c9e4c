#include "token_counts.hpp"

#include <charconv>
#include <cstring>

#include "patchbay/json_walk.hpp"

namespace patchbay::provider_kit {

bool mentions(std::string_view json, std::string_view quoted_key) {
  return ::memmem(json.data(), json.size(), quoted_key.data(), quoted_key.size()) != nullptr;
}

std::uint64_t count(std::string_view raw) {
  std::uint64_t count = 0;
  std::from_chars(raw.data(), raw.data() + raw.size(), count);  // leaves 0 where there is no number
  return count;
}

std::uint64_t count_of(std::string_view object, std::string_view key) { return count(member_of(object, key)); }

std::optional<Usage> unless_empty(const Usage& usage) { return usage == Usage{} ? std::nullopt : std::optional(usage); }

}  // namespace patchbay::provider_kit
