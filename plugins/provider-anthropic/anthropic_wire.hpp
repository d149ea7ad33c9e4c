#pragma once

#include <optional>
#include <string_view>

#include "patchbay/module.hpp"

/// How Anthropic's Messages API spells stream events and errors. [thread-safe]
namespace patchbay::anthropic {

/// What an event of a Messages stream means for the life of the stream. Reads the outline only; nothing is parsed. The `type` in the data
/// counts; the event's name stands in where there is none.
[[nodiscard]] EventRole role_of(std::string_view event_name, std::string_view data);

/// What an event or a whole reply says about its tokens. Events that say nothing cost one search for a word.
[[nodiscard]] std::optional<Usage> usage_of(std::string_view data);

/// An error reply, or an `error` event (status 200), in the common taxonomy. Anthropic asks for its request id when one reports a problem,
/// so the message ends with it.
[[nodiscard]] Error explain(int status, const Headers& headers, std::string_view body);

}  // namespace patchbay::anthropic
