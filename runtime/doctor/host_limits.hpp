#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "config/settings.hpp"
#include "doctor/finding.hpp"

namespace patchbay::doctor {

/// What the machine gives to a process.
struct HostFacts {
  std::uint64_t open_files = 0;       ///< RLIMIT_NOFILE that is in force
  std::uint64_t most_open_files = 0;  ///< what it may be raised to
  unsigned cores = 1;
  std::optional<double> cpu_quota;           ///< of the control group, in cores; nothing: none, or unknown
  std::optional<bool> clock_is_disciplined;  ///< the kernel is told the time by somebody; nothing: unknown
  std::chrono::system_clock::time_point now;
};
[[nodiscard]] HostFacts facts_of_this_host();

/// Whether that is enough for what the configuration asks for.
[[nodiscard]] Findings examine_host(const HostFacts& host, const config::ServerSettings& server);

}  // namespace patchbay::doctor
