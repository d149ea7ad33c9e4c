#pragma once

#include <string>
#include <string_view>

/// A stream of chat completions says what it has cost in a chunk of its own, and only if `stream_options.include_usage` of the request says
/// so (OpenAI's API reference, Create chat completion). [thread-safe]
namespace patchbay::openai_wire {

/// Makes a request for a stream ask for that chunk; every other byte stays as it came, and nothing is parsed. True if it did not ask
/// before. False, and the body as it was, if it did; if it asks for no stream; or if what stands there is not for us to mend: a malformed
/// body, options that are no object, a choice that is no boolean, and `data_sources` where they are refused beside the options (Azure). Of
/// a repeated key the last counts, as it does with the usual parsers.
[[nodiscard]] bool ask_for_usage(std::string& body, bool data_sources_are_refused);

/// Whether a chunk may say what its stream has cost. A search and no walk: of a stream that was asked, all the others say `"usage":null`.
[[nodiscard]] bool may_say_usage(std::string_view data);

/// Whether a chunk is that one: it says what the stream has cost, and has no choices. Azure's first chunk, which has none either, says
/// nothing of cost.
[[nodiscard]] bool is_usage_chunk(std::string_view data);

}  // namespace patchbay::openai_wire
