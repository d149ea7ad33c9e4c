#pragma once

#include "pipeline/target_selector.hpp"

namespace patchbay::pipeline {

/// The error for a request that nobody was asked for: all targets of its route rest, or have as many requests as they may. Says when to
/// come back.
[[nodiscard]] Error refusal_of(const AssembledRoute& route, const Shortage& shortage);

}  // namespace patchbay::pipeline
