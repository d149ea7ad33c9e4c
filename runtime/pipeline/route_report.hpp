#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "pipeline/assembly.hpp"

namespace patchbay::pipeline {

/// What `patchbay route explain` shows: which route a request takes and why not the others, with modules and instances, and which of its
/// targets rest, as `{request: {…}, route: "id" | null, routes: [{id, priority, matches, reason, targets: [{id, weight, state,
/// back_in_ms, keys, keys_in_service, modules: [{kind, type, instance, used, condition}]}]}]}`. Throws DocumentError if a pattern or
/// condition asks for a body field and the body is not JSON.
[[nodiscard]] boost::json::value explain_route(const Assembly& assembly, const Request& request);

/// The same for people.
[[nodiscard]] std::string explanation_text(const boost::json::value& explanation);

}  // namespace patchbay::pipeline
