#pragma once

#include <optional>
#include <string_view>

#include "patchbay/module.hpp"

/// How Ollama's own API spells stream objects and errors. [thread-safe]
namespace patchbay::ollama {

/// What a line of a stream means for the life of the stream. Reads the outline only; nothing is parsed.
[[nodiscard]] EventRole role_of(std::string_view data);

/// What an event or a whole reply says about its tokens. Events that say nothing cost one search for a word.
[[nodiscard]] std::optional<Usage> usage_of(std::string_view data);

/// An error reply, or an error inside a stream (status 200), in the common taxonomy.
[[nodiscard]] Error explain(int status, const Headers& headers, std::string_view body);

}  // namespace patchbay::ollama
