#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <vector>

namespace patchbay::streaming_control {

/// A whole `chat.completion` as the chunks of a stream, in the order of OpenAI's: role, reasoning, content, refusal, tool calls, the rest of
/// the message, finish; then, if `with_usage`, usage. `piece_bytes` bounds the text of one chunk; a UTF-8 character is never split.
[[nodiscard]] std::vector<boost::json::object> disperse(const boost::json::object& answer, std::size_t piece_bytes, bool with_usage);

}  // namespace patchbay::streaming_control
