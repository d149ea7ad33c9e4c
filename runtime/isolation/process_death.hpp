#pragma once

#include <optional>
#include <string>

#include "isolation/plugin_process.hpp"

namespace patchbay::isolation {

/// How a process ended, as the end of a sentence that begins with "its process": `wait_status` as waitpid(2) gives it, `cause` if we ended
/// it.
[[nodiscard]] std::string death_text(int wait_status, const std::optional<Cause>& cause);

}  // namespace patchbay::isolation
