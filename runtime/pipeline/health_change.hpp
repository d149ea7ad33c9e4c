#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

namespace patchbay::pipeline {

/// Why something rests.
enum class RestReason : std::uint8_t {
  none,
  rate_limited,  ///< the provider said that the key is spent for now
  refused,       ///< the provider does not take the key
  failing,       ///< status 5xx, time-outs, broken connections
  probe_failed,  ///< it does not answer the host's own probes
};

[[nodiscard]] std::string_view name_of(RestReason reason);

/// A key or a target begins to rest, or is in service again. Valid during the call only.
struct HealthChange {
  std::string_view what;  ///< "key" or "target"
  std::string_view name;
  RestReason reason = RestReason::none;   ///< none: it is in service again
  std::chrono::milliseconds rest_for{0};  ///< how long it rests
};

using HealthListener = std::function<void(const HealthChange&)>;

}  // namespace patchbay::pipeline
