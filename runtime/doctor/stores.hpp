#pragma once

#include <chrono>
#include <string>

#include "config/access_settings.hpp"
#include "config/settings.hpp"
#include "doctor/finding.hpp"

namespace patchbay::doctor {

/// Whether the state can be kept where it should be: in a file of SQLite, which is looked at and not written, or in Redis, which is asked
/// unless `offline`.
[[nodiscard]] Findings examine_state(const config::StateSettings& state, bool offline, std::chrono::milliseconds timeout);

/// The folders and files that the gateway writes besides.
[[nodiscard]] Findings examine_written_files(const config::Settings& settings);

/// For `examine_state`.
[[nodiscard]] Findings examine_sqlite(const std::string& path);
[[nodiscard]] Findings examine_redis(const config::StateSettings& state, std::chrono::milliseconds timeout);

}  // namespace patchbay::doctor
