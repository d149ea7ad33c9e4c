#pragma once

#include <span>
#include <string>
#include <string_view>

#include "patchbay/module.hpp"

/// What every provider of the OpenAI wire format shares: how its stream events and its errors read. [thread-safe]
namespace patchbay::openai_wire {

/// What a chat completion chunk means for the life of its stream. Reads the outline only; nothing is parsed or allocated.
[[nodiscard]] EventRole role_of(std::string_view data);

/// An error reply, or an error object inside a stream (status 200), in the common taxonomy. `source` names the module.
[[nodiscard]] Error explain(int status, const Headers& headers, std::string_view body, std::string_view source);

/// Replaces secrets that a provider echoes in its error. Those under eight bytes stay: they would be found in any text.
void scrub(Error& error, std::span<const std::string> secrets);

/// `Retry-After` in seconds or as any of the dates of RFC 9110 section 5.6.7 (see section 10.2.3), or the `retry-after-ms` of some vendors,
/// which comes first; rounded up, at most a year.
[[nodiscard]] std::optional<std::chrono::seconds> retry_after(const Headers& headers);

/// Text for people out of what a proxy answers in place of the provider: without HTML tags, in one line, at most 300 bytes, always UTF-8.
[[nodiscard]] std::string readable(std::string_view body);

}  // namespace patchbay::openai_wire
