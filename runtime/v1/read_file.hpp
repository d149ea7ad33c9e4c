#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/located.hpp"
#include "v1/configuration.hpp"

namespace patchbay::v1 {

/// Recognises the dialect of a V1 file and reads it. Nothing, and a diagnostic that says what the file is and what to give instead, if it
/// is no configuration that could serve. What it has and nobody understands is in the notes. [init]
[[nodiscard]] std::optional<Configuration> read_configuration(const config::Located& document,
                                                              std::vector<config::Diagnostic>& diagnostics);

}  // namespace patchbay::v1
