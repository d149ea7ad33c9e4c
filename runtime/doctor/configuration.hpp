#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "doctor/finding.hpp"

namespace patchbay::doctor {

/// What reading and assembling a file said, what of it nobody uses, and who may reach or change it. `settings`: null if the file could not
/// be read.
[[nodiscard]] Findings examine_configuration(const std::string& file, const std::vector<config::Diagnostic>& diagnostics,
                                             const config::Settings* settings);

}  // namespace patchbay::doctor
