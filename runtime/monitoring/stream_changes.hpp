#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "monitoring/request_notes.hpp"

namespace patchbay::monitoring {

/// What a stage made of a stream: `in` and `out`, how many events came to it and left it; `compared`, how many of those that came were
/// kept, with all that they became; and in `changes` those that it did not pass on as they were, by their number from 1:
/// `{ "event": 3, "diff": […] }` for one that became one, `{ "event": 4, "became": [ { "name", "data" }… ] }` for one that became none or
/// several. Number 0 is what the stage said before any event came. `right` is the stage that the events came from.
[[nodiscard]] boost::json::object stream_changes(const StageNotes& right, const StageNotes& stage);

/// The same for people; `events` is what stream_changes made.
[[nodiscard]] std::string stream_text(const boost::json::value& events);

}  // namespace patchbay::monitoring
