#pragma once

#include <string>
#include <vector>

#include "modes/prerun_report.hpp"
#include "modes/sample_request.hpp"
#include "pipeline/assembly.hpp"
#include "pipeline/static_instance_pool.hpp"

namespace patchbay::modes {

/// Dry-runs a configuration: makes its instances in a pool of its own, and sends sample requests through every target of every route with
/// the upstream scripted. No network, and nothing that serves is touched. May take its time. [init]
class PreRunValidator {
 public:
  explicit PreRunValidator(const pipeline::ModuleRegistry& registry) : registry_(registry) {}

  /// Every enabled route of a configuration. `more` are played besides the built-in requests.
  [[nodiscard]] PreRunReport run(const config::Settings& settings, const std::vector<SampleRequest>& more = {});

 private:
  class RouteRun;

  const pipeline::ModuleRegistry& registry_;
};

/// Plays the requests on both engines and adds what V1 does and V2 does not: answers that V2 owes, or words differently. Requests that name
/// no model are played once for each of V1's models.
void compare_with_v1(pipeline::Engine& v1, pipeline::Engine& v2, const std::vector<SampleRequest>& requests, PreRunReport& report);

}  // namespace patchbay::modes
