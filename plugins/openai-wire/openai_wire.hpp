#pragma once

#include <string_view>

#include "patchbay/module.hpp"

/// What every provider of the OpenAI wire format shares: how its stream events and its errors read.
namespace patchbay::openai_wire {

/// What a chat completion chunk means for the life of its stream. Reads the outline only; nothing is parsed.
[[nodiscard]] EventRole role_of(std::string_view data);

/// An error reply, or an error object inside a stream (status 200), in the common taxonomy. `source` names the module.
[[nodiscard]] Error explain(int status, const Headers& headers, std::string_view body, std::string_view source);

/// `Retry-After` in seconds or as a date (RFC 9110 section 10.2.3), or the `retry-after-ms` of some vendors; rounded up.
[[nodiscard]] std::optional<std::chrono::seconds> retry_after(const Headers& headers);

}  // namespace patchbay::openai_wire
