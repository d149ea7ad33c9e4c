#pragma once

#include <memory>

#include "monitoring/request_notes.hpp"

namespace patchbay::monitoring {

/// Empty notes for a request that begins. Those of an earlier one are taken again, with the room that their texts had, by the thread that
/// was the last to keep them. [thread-safe]
[[nodiscard]] std::shared_ptr<RequestNotes> fresh_notes();

}  // namespace patchbay::monitoring
