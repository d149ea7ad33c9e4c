#pragma once

#include "patchbay/module.hpp"
#include "patchbay/usage_on_request.hpp"
#include "pipeline/instance.hpp"

namespace patchbay::pipeline {

/// Asks for what a stream has cost, in the place of a client that did not, where the API says it only on request: so it is counted and not
/// estimated. The provider, behind the exception barrier, if the client had not asked: what comes of it is then for the host alone. Null:
/// every event is the client's. [connection: one thread]
[[nodiscard]] const UsageOnRequest* request_usage(const Provider& provider, Instance& instance, HttpCall& call);

/// Whether an event without a part of the answer is one that the client did not ask for. [connection: one thread]
[[nodiscard]] bool is_kept_back(const UsageOnRequest& provider, Instance& instance, std::string_view event_name, std::string_view data);

/// A call that asked for it was refused. [connection: one thread]
void tell_refused(const UsageOnRequest& provider, Instance& instance, int status, std::string_view body);

}  // namespace patchbay::pipeline
