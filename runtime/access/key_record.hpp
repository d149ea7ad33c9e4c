#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/access_settings.hpp"

namespace patchbay::access {

/// A key as the state keeps it: what stands in `[[keys]]`, as JSON.
[[nodiscard]] std::string to_record(const config::KeySettings& key);

/// Nothing if it is none, or faulty.
[[nodiscard]] std::optional<config::KeySettings> parse_record(std::string_view record);

}  // namespace patchbay::access
