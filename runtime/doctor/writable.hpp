#pragma once

#include <string>

#include "doctor/finding.hpp"

namespace patchbay::doctor {

/// Whether this user can write the file, or make it in its folder, and whether its disk has room. `key` is where it is configured, "[state]
/// url".
[[nodiscard]] Finding examine_writable(const std::string& file, const std::string& key);

}  // namespace patchbay::doctor
