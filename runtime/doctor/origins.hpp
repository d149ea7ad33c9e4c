#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "doctor/finding.hpp"
#include "pipeline/module_registry.hpp"

namespace patchbay::doctor {

/// Somewhere that the gateway makes calls to.
struct Destination {
  std::string url;               ///< scheme, host and port
  std::string who;               ///< what calls there: "route gpt, route claude", "hook audit"
  bool serves = true;            ///< requests need it; false for what only observes
  std::vector<HttpCall> asks{};  ///< what `[probe] kind = "get"` asks there, once for each key
};

/// Every distinct origin that a configuration's providers, hooks and traces call. What a provider calls it is asked itself, as for a probe:
/// it is made, and describes the call for a request that is never sent. `unknown`: which could not be asked, and why.
[[nodiscard]] std::vector<Destination> destinations_of(const config::Settings& settings, const pipeline::ModuleRegistry& registry,
                                                       Findings& unknown);

}  // namespace patchbay::doctor
