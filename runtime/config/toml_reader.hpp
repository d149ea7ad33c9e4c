#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/located.hpp"
#include "config/unmet.hpp"

namespace patchbay::config {

/// TOML text as a JSON value with the position of every part. `${VAR}` and `${VAR:default}` are replaced in all strings; `$${` is a plain
/// `${`. Nothing if the text is not TOML. An unset variable without a default is unmet, and stands as it was written.
[[nodiscard]] std::optional<Located> read_toml(std::string_view text, const std::string& file, std::vector<Diagnostic>& diagnostics,
                                               std::vector<Unmet>& unmet);

}  // namespace patchbay::config
