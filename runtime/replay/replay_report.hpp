#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "replay/rerun.hpp"

namespace patchbay::replay {

/// What `patchbay replay` shows: `request`; `upstream`, "recorded" or "real"; `same`; `differences` as `{ path, recorded, replayed }`, the
/// two as JSON text or null; `notes`, what to keep in mind; `recorded` and `replayed`, how each went in short; `stages`, the times of each
/// in milliseconds; and `trace`, the replay as `patchbay trace` would show it.
///
/// Compared are route, target, provider, status and error; each call that was made upstream (address, headers without credentials, body);
/// and the client's answer, event by event if it was a stream. A real upstream says something else each time: then only the kinds of
/// events, members and types of its answer are compared. `ignored` are JSON pointers as in `[mode.shadow] ignore`, besides ids and times.
[[nodiscard]] boost::json::object replay_report(const Record& record, const Rerun& rerun, bool live,
                                                const std::vector<std::string>& ignored);

/// A report for people.
[[nodiscard]] std::string replay_text(const boost::json::value& report);

}  // namespace patchbay::replay
