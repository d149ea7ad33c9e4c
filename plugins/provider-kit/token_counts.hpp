#pragma once

#include <optional>
#include <string_view>

#include "patchbay/message.hpp"

/// Reads what a reply says about its tokens, without building anything. [thread-safe]
namespace patchbay::provider_kit {

/// Where a key, given with its quotes, stands first in raw JSON; npos if it stands nowhere. Much cheaper than to skim it, for what most
/// events do not have.
[[nodiscard]] std::size_t find_key(std::string_view json, std::string_view quoted_key);
[[nodiscard]] inline bool mentions(std::string_view json, std::string_view quoted_key) {
  return find_key(json, quoted_key) != std::string_view::npos;
}

/// The number that a raw value is; 0 if it is none that is a count.
[[nodiscard]] std::uint64_t count(std::string_view raw);

/// The number of an object's member; 0 if it has none that is a count.
[[nodiscard]] std::uint64_t count_of(std::string_view object, std::string_view key);

/// Nothing if a report says nothing.
[[nodiscard]] std::optional<Usage> unless_empty(const Usage& usage);

}  // namespace patchbay::provider_kit
