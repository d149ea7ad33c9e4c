#pragma once

#include "config/access_settings.hpp"

namespace patchbay::access {

/// Whether anything has to be remembered beyond this process: keys that are made at run time, a limit that outlives it.
[[nodiscard]] bool needs_state(const config::AccessTables& tables);

}  // namespace patchbay::access
