#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace patchbay::config {

/// JSON text that is the same for equal values: members sorted by the bytes of their keys, no white space, whole numbers without a
/// fraction (in the spirit of RFC 8785).
[[nodiscard]] std::string canonical_json(const boost::json::value& value);

/// SHA-256 of a module type and its canonical configuration, in hexadecimal.
[[nodiscard]] std::string canonical_hash(std::string_view type, const boost::json::value& config);

}  // namespace patchbay::config
