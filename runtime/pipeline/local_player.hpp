#pragma once

#include <memory>

#include "config/settings.hpp"
#include "pipeline/engine.hpp"
#include "upstream/client.hpp"

namespace patchbay::pipeline {

/// Plays a LocalAnswer as if it came from the network: same observer, same time-outs, same pauses. Nothing is called before this returns.
/// [connection: one thread]
[[nodiscard]] std::unique_ptr<upstream::Call> play(Worker& worker, LocalAnswer&& answer, const config::Timeouts& timeouts,
                                                   upstream::CallObserver& observer);

}  // namespace patchbay::pipeline
