#pragma once

#include "config/access_settings.hpp"

namespace patchbay::access {

/// Whether anything has to be remembered beyond this process: keys that are made at run time, a limit that outlives it.
[[nodiscard]] bool needs_state(const config::AccessTables& tables);

/// Whether clients may have keys with limits: some are configured, or can be made at run time.
[[nodiscard]] bool has_keys(const config::AccessTables& tables);

}  // namespace patchbay::access
