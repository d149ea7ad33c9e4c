#pragma once

#include <string_view>

namespace patchbay::plugins {

/// Whether a version precedes another (Semantic Versioning 2.0.0, section 11). Build metadata does not count.
[[nodiscard]] bool precedes(std::string_view version, std::string_view other);

}  // namespace patchbay::plugins
