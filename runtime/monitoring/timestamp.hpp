#pragma once

#include <chrono>
#include <string>

namespace patchbay::monitoring {

/// As RFC 3339 has it, in UTC, to the millisecond: "2026-01-31T12:00:00.250Z".
[[nodiscard]] std::string timestamp(std::chrono::system_clock::time_point time);

}  // namespace patchbay::monitoring
