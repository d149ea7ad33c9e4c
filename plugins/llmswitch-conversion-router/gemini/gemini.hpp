#pragma once

#include "hub/codec.hpp"

/// Google's Gemini API, generateContent (https://ai.google.dev/api/generate-content). The model and whether to stream are in the path, so
/// they come with the request and not in its body. The API takes its fields in camel case and, like every protobuf service, with
/// underscores.
namespace patchbay::conversion::gemini {

[[nodiscard]] ModelRequest decode_request(json::value& body, const patchbay::Request& request);
[[nodiscard]] json::value encode_request(ModelRequest& request, const Settings& settings, Fidelity& fidelity);

[[nodiscard]] Answer decode_answer(json::value& body);
[[nodiscard]] json::value encode_answer(Answer&& answer, const AnswerContext& context);

[[nodiscard]] std::unique_ptr<StreamReader> reader();
[[nodiscard]] std::unique_ptr<StreamWriter> writer(const AnswerContext& context, EventSink& out);

[[nodiscard]] std::string encode_error(const Error& error);

// Pieces that several of the above need.

[[nodiscard]] std::vector<Part> decode_parts(json::array& parts, const Path& path);
/// Empty if the API has nothing for the part.
[[nodiscard]] json::object encode_part(Part& part, bool same, Fidelity& fidelity);

/// A schema of the API (OpenAPI's subset, types in capitals) as JSON Schema.
[[nodiscard]] json::value to_json_schema(const json::value& schema);
/// The other way round; null if it says what the subset cannot.
[[nodiscard]] json::value to_subset(const json::value& schema);

[[nodiscard]] Usage decode_usage(json::value& usage, const Path& path);
[[nodiscard]] json::object encode_usage(const Usage& usage);
[[nodiscard]] Finish finish_of(std::string_view reason);
[[nodiscard]] std::string_view reason_of(const Finish& finish);
/// The sources of an answer (`groundingMetadata`), and the range of its text that each one backs.
[[nodiscard]] std::vector<Citation> decode_grounding(json::value& metadata, std::string_view text);

/// `groundingMetadata` of the sources that have an address; empty if there are none.
[[nodiscard]] json::object encode_grounding(const std::vector<Citation>& citations, std::string_view text);

/// `logprobsResult` as OpenAI writes log probabilities; null if it is no such result.
[[nodiscard]] json::value decode_logprobs(const json::value& result);
/// Puts OpenAI's log probabilities into a candidate: `logprobsResult` and `avgLogprobs`.
void put_logprobs(json::object& candidate, const json::array& tokens);

/// The API's signatures are base64: those of others are sealed inside it.
[[nodiscard]] std::string wrap(const Signature& signature);
/// The same of a thought that may be unsigned: one of another provider is marked with its origin, so that Gemini never gets it; empty if
/// there is nothing to say.
[[nodiscard]] std::string wrap_thought(const Signature& signature, std::string_view origin);
[[nodiscard]] Signature unwrap(std::string_view text);

}  // namespace patchbay::conversion::gemini
