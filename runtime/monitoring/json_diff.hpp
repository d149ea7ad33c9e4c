#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <string_view>

namespace patchbay::monitoring {

/// A body for showing: JSON as JSON, anything else as a text.
[[nodiscard]] boost::json::value readable(std::string_view body);

/// What turns one document into another: a list of `{ "op": "add"|"remove"|"replace", "path": …, "before": …, "after": … }`, paths as JSON
/// pointers (RFC 6901). Elements of arrays are compared by their place. At most `limit` entries; then one with `"op": "more"`.
[[nodiscard]] boost::json::array json_diff(const boost::json::value& before, const boost::json::value& after, std::size_t limit = 200);

}  // namespace patchbay::monitoring
