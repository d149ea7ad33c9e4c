#pragma once

#include <string>
#include <string_view>

#include "patchbay/headers.hpp"

namespace patchbay::server {

/// A stable name of who asks, for decisions that are to be the same each time: `key:` and a digest of the presented key, else `session:`
/// and a digest of the session that the client names in its headers, else `address:` and where it comes from. Never the key itself.
[[nodiscard]] std::string caller_name(const Headers& headers, std::string_view target, std::string_view address);

}  // namespace patchbay::server
