#pragma once

#include <optional>

#include "pipeline/engine.hpp"
#include "pipeline/instance.hpp"
#include "pipeline/stage_chain.hpp"
#include "pipeline/usage_request.hpp"

namespace patchbay::pipeline {

/// What a provider makes of a request.
struct Described {
  Exchange exchange;
  const UsageOnRequest* kept_usage = nullptr;  ///< what the stream says of its cost is for the host alone; null: for the client as well
};

/// Has a provider describe the call for a request, with the key of that index, behind the exception barrier. Nothing if it failed: the
/// chain then has the error. [connection: one thread]
[[nodiscard]] std::optional<Described> describe_call(const Provider& provider, Instance& instance, Request& request, std::uint64_t key,
                                                     StageChain& chain);

/// Tells the client which model the provider is asked for: the one that the body of the call names, else the request's (it may stand in the
/// path). `call`: null if the answer comes from the provider itself.
void tell_model(const HttpCall* call, const Request& request, Client& client);

}  // namespace patchbay::pipeline
