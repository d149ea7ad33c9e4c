#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace patchbay::monitoring {

/// JSON as text, cut when it is long.
[[nodiscard]] std::string shortened(const boost::json::value& value);

/// What `json_diff` found, for people: a line for each change, with `what` in front; nothing if it is no diff.
[[nodiscard]] std::string diff_text(std::string_view what, const boost::json::value& diff);

}  // namespace patchbay::monitoring
