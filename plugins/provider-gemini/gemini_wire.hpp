#pragma once

#include <optional>
#include <string_view>

#include "patchbay/module.hpp"

/// How the Gemini API spells stream chunks and errors. [thread-safe]
namespace patchbay::gemini {

/// What a chunk means for the life of its stream, which has no terminator: it ends after every candidate has a finish reason, or after the
/// prompt was blocked. Reads the outline only; nothing is parsed.
[[nodiscard]] EventRole role_of(std::string_view data);

/// What an event or a whole reply says about its tokens. Events that say nothing cost one search for a word.
[[nodiscard]] std::optional<Usage> usage_of(std::string_view data);

/// An error reply, or an error object inside a stream (status 200), in the common taxonomy. The delay of a `google.rpc.RetryInfo` counts
/// where there is no `Retry-After`.
[[nodiscard]] Error explain(int status, const Headers& headers, std::string_view body);

}  // namespace patchbay::gemini
