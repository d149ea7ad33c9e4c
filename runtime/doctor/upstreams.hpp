#pragma once

#include <chrono>
#include <vector>

#include "config/settings.hpp"
#include "doctor/finding.hpp"
#include "doctor/origins.hpp"

namespace patchbay::doctor {

/// Connects to each of them as the gateway would: name, TCP, proxy, TLS; all at once, within `timeout`. Where `[probe]` names a path, it is
/// asked for with each key. Nothing else is sent, so nothing is spent.
[[nodiscard]] Findings examine_upstreams(const std::vector<Destination>& destinations, const config::UpstreamSettings& settings,
                                         std::chrono::milliseconds timeout);

}  // namespace patchbay::doctor
