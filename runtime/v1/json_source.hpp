#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/located.hpp"

namespace patchbay::v1 {

/// JSON text as a value that knows where each part of it stands. Nothing, and a diagnostic with line and column, if it is not JSON.
[[nodiscard]] std::optional<config::Located> read_json(std::string_view text, const std::string& file,
                                                       std::vector<config::Diagnostic>& diagnostics);

}  // namespace patchbay::v1
