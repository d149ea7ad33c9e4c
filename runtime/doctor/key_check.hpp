#pragma once

#include <chrono>

#include "config/settings.hpp"
#include "doctor/finding.hpp"
#include "doctor/origins.hpp"

namespace patchbay::doctor {

/// Whether a provider takes its keys: makes the calls that its probes would make, which cost nothing. Keys are told apart by their number
/// and never shown. Nothing for a destination that has no such call.
[[nodiscard]] Findings examine_keys(const Destination& destination, const config::UpstreamSettings& settings,
                                    std::chrono::milliseconds timeout);

}  // namespace patchbay::doctor
