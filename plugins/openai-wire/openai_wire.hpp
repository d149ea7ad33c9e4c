#pragma once

#include <optional>
#include <string_view>

#include "patchbay/module.hpp"

/// What every provider of the OpenAI wire format shares: how its stream events and its errors read. [thread-safe]
namespace patchbay::openai_wire {

/// What a chat completion chunk means for the life of its stream. Reads the outline only; nothing is parsed or allocated.
[[nodiscard]] EventRole role_of(std::string_view data);

/// What an event or a whole reply of chat completions, embeddings or Responses says about its tokens. Events that say nothing cost one
/// search for a word.
[[nodiscard]] std::optional<Usage> usage_of(std::string_view data);

/// An error reply, or an error object inside a stream (status 200), in the common taxonomy. `source` names the module; `protocol` is the
/// one whose clients may see the body as it came.
[[nodiscard]] Error explain(int status, const Headers& headers, std::string_view body, std::string_view source,
                            std::string_view protocol = protocols::openai_chat);

/// What the API would have answered to a request that cannot be sent. `param` is the field that is wrong; empty if it is none.
[[nodiscard]] LocalAnswer refusal(std::string_view message, std::string_view param = {});

/// The headers that say for whom a call is made; what is empty is not said.
[[nodiscard]] Headers owner_headers(std::string_view organization, std::string_view project);

/// Of a client's headers those that its provider may see.
void pass_headers(const Request& request, HttpCall& call);

}  // namespace patchbay::openai_wire
