#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "config/failover_settings.hpp"

namespace patchbay::pipeline {

/// How long to wait before the retry after `retries` others: twice as long each time, half of it at random, so that clients that failed
/// together do not come back together; or as long as the provider asks. Nothing if it asks for longer than `max_backoff`.
[[nodiscard]] std::optional<std::chrono::milliseconds> retry_pause(const config::FailoverSettings& rules, std::uint32_t retries,
                                                                   std::optional<std::chrono::seconds> retry_after);

}  // namespace patchbay::pipeline
