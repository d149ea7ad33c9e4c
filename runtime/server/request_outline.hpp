#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace patchbay::server {

/// What the top level of a request's body says: read in one walk, because a body may be large.
struct RequestOutline {
  std::string model;    ///< empty: it names none
  bool stream = false;  ///< it asks for events
  /// The most tokens that the answer may have, all of its alternatives together; nothing if that is left open, or said in a way that
  /// readers may understand differently: what a key pays is never bounded by less than the provider may send.
  std::optional<std::uint64_t> longest_output;
};

/// In the words of that protocol. Of a member that is there more than once the last one counts. A malformed body is read as far as it
/// goes: it is judged by whoever parses it.
[[nodiscard]] RequestOutline outline_of(std::string_view body, std::string_view protocol);

}  // namespace patchbay::server
