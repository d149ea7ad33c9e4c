#pragma once

#include <boost/json/object.hpp>

#include "patchbay/hook.hpp"

namespace patchbay::hooks {

/// An event as one JSON object: `time`, `event`, and its data.
[[nodiscard]] boost::json::object object_of(const HookEvent& event);

}  // namespace patchbay::hooks
