#include "doctor/stores.hpp"

#include <stdexcept>

#include "doctor/told.hpp"
#include "doctor/writable.hpp"
#include "state/open_store.hpp"
#include "state/redis_url.hpp"

namespace patchbay::doctor {

namespace {

constexpr std::string_view sqlite = "sqlite:";

}  // namespace

Findings examine_state(const config::StateSettings& state, bool offline, std::chrono::milliseconds timeout) {
  if (!state::is_shared(state)) return examine_sqlite(state.url.substr(sqlite.size()));
  if (!offline) return examine_redis(state, timeout);
  try {
    return {{Level::note, state::parse_redis_url(state.url).place(), "not asked, because of --offline", {}}};
  } catch (const std::invalid_argument& malformed) {
    return {told(Level::error, "[state] url", malformed.what(), "write it like redis://HOST:PORT")};
  }
}

Findings examine_written_files(const config::Settings& settings) {
  Findings findings;
  if (!settings.mode.state_file.empty()) findings.push_back(examine_writable(settings.mode.state_file, "[mode] state_file"));
  if (!settings.access_log.path.empty() && settings.access_log.path != "stderr")
    findings.push_back(examine_writable(settings.access_log.path, "[access_log] path"));
  return findings;
}

}  // namespace patchbay::doctor
