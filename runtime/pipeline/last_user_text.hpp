#pragma once

#include <string>
#include <string_view>

namespace patchbay::pipeline {

/// What the user said last, out of the raw `messages`, `input` or `contents` of a request in any protocol. A user's message that only
/// carries results of tools is passed over, so that a chain of tool calls belongs to the words that began it. Nothing is parsed: the
/// brackets are followed. [thread-safe]
[[nodiscard]] std::string last_user_text(std::string_view conversation);

/// The names of the tools that a raw `tools` or `functions` offers, and the types of those that are no functions. [thread-safe]
[[nodiscard]] std::string tool_names(std::string_view tools);

}  // namespace patchbay::pipeline
