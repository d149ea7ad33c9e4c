#pragma once

#include "patchbay/message.hpp"

namespace patchbay::pipeline {

/// A request as it stands, for another attempt or another engine. Costs a copy of the body.
[[nodiscard]] Request copy_of(const Request& request);

}  // namespace patchbay::pipeline
