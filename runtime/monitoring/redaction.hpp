#pragma once

#include <string_view>

namespace patchbay::monitoring {

/// What stands in a record where something was taken out.
inline constexpr std::string_view redaction_mark = "[redacted]";

}  // namespace patchbay::monitoring
