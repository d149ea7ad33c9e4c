#pragma once

#include <string>
#include <string_view>

/// What of a call may prove who sends it, and so is never kept or shown.
namespace patchbay::upstream {

/// Whether a header of that name may carry a credential: the ones that are known to, and any whose name says so ("x-vendor-token").
[[nodiscard]] bool is_credential(std::string_view header_name);

/// An address without the key that some APIs take in the query.
[[nodiscard]] std::string without_key(const std::string& url);

}  // namespace patchbay::upstream
