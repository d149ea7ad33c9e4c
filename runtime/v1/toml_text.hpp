#pragma once

#include <string>

#include "v1/plan.hpp"

namespace patchbay::v1 {

/// A plan as a configuration file that a person could have written: library entries by name, comments that say where each part came from.
/// The same plan is the same text. `source` is the V1 file's name.
[[nodiscard]] std::string to_toml(const Plan& plan, const std::string& source);

}  // namespace patchbay::v1
