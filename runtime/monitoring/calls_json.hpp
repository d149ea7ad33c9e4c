#pragma once

#include <boost/json/array.hpp>
#include <vector>

#include "monitoring/request_notes.hpp"

namespace patchbay::monitoring {

/// Headers as a list of pairs: names may repeat.
[[nodiscard]] boost::json::array describe(const Headers& headers);

/// The calls of a request as `patchbay trace --json` shows them and `patchbay replay` reads them. Bodies are texts.
[[nodiscard]] boost::json::array describe(const std::vector<CallNotes>& calls);

/// What `describe` wrote. Throws boost::system::system_error or std::out_of_range for what it would not have written.
[[nodiscard]] Headers read_headers(const boost::json::value& headers);
[[nodiscard]] std::vector<CallNotes> read_calls(const boost::json::value& calls);

}  // namespace patchbay::monitoring
