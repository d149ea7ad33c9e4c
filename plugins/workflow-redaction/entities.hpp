#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace patchbay::redaction {

/// One shape of an entity. Its expression (RE2) finds what may be one; the part in its first group, if it has one, is the secret.
struct Shape {
  std::string_view entity;       ///< as in the configuration: "credit-card"
  std::string_view placeholder;  ///< as in texts: "CARD"
  const char* expression;
  /// How many bytes of what the expression found are an entity; null if all are. [thread-safe]
  std::size_t (*accept)(std::string_view found);
};

/// All shapes, the more telling ones first: of two that begin at the same place the longer is taken, then the earlier. [thread-safe]
[[nodiscard]] std::span<const Shape> shapes();

}  // namespace patchbay::redaction
