#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "modes/seen_answer.hpp"

namespace patchbay::modes {

/// Where an answer is not what a client of its protocol expects.
struct ShapeFault {
  std::string path;     ///< as Comparison writes it: "/response/choices/0/message", "/events/3/type"
  std::string message;  ///< what was expected there
};

/// Checks an answer that went well against what the protocol's API reference says every client may rely on: members, types, and for a
/// stream its beginning and its end. Nothing is said about a protocol that nobody here knows.
[[nodiscard]] std::optional<ShapeFault> shape_fault(const SeenAnswer& answer, std::string_view protocol, bool stream);

}  // namespace patchbay::modes
