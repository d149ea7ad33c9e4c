#pragma once

#include <string>

namespace patchbay::commands {

/// "patchbay 0.1.0 (SDK ABI 1, g++ 12.2.0, release)"
[[nodiscard]] std::string version_text();

}  // namespace patchbay::commands
