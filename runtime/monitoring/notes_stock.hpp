#pragma once

#include <memory>

#include "monitoring/request_notes.hpp"

namespace patchbay::monitoring {

/// Empty notes for a request that begins. Those of an earlier one that nobody keeps any more are taken again, with the room that their
/// texts had: a busy thread allocates nothing. [thread-safe]
[[nodiscard]] std::shared_ptr<RequestNotes> fresh_notes();

}  // namespace patchbay::monitoring
