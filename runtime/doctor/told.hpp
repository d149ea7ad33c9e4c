#pragma once

#include <string>
#include <string_view>

#include "doctor/finding.hpp"

namespace patchbay::doctor {

/// A finding made of a text of the host, whose messages say what is wrong, then "; ", then what to do. `otherwise` is the cure of a text
/// that says none.
[[nodiscard]] Finding told(Level level, std::string subject, std::string_view text, std::string_view otherwise);

}  // namespace patchbay::doctor
