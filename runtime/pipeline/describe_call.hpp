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

/// Tells the client the model that a call asks for, if its body names one.
void tell_model(const HttpCall& call, Client& client);

}  // namespace patchbay::pipeline
