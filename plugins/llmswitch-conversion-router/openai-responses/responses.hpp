#pragma once

#include "hub/codec.hpp"

/// OpenAI Responses (https://platform.openai.com/docs/api-reference/responses).
namespace patchbay::conversion::responses {

// Elements of `include`.
inline constexpr std::string_view wants_sealed_thoughts = "reasoning.encrypted_content";
inline constexpr std::string_view wants_logprobs = "message.output_text.logprobs";

[[nodiscard]] ModelRequest decode_request(json::value& body);
[[nodiscard]] json::value encode_request(ModelRequest& request, const Settings& settings, Fidelity& fidelity);

[[nodiscard]] Answer decode_answer(json::value& body);
[[nodiscard]] json::value encode_answer(Answer&& answer, const AnswerContext& context);

[[nodiscard]] std::unique_ptr<StreamReader> reader();
[[nodiscard]] std::unique_ptr<StreamWriter> writer(const AnswerContext& context, EventSink& out);

[[nodiscard]] std::string encode_error(const Error& error);

// Pieces that several of the above need.

/// The items of an input or an output as messages: what the assistant said in a row is one.
[[nodiscard]] std::vector<Message> decode_items(json::array& items, const Path& path);
/// A tool; a namespace is all of its functions, each with the name of the namespace.
void decode_tool(json::value& value, const Path& path, const std::string& space, std::vector<Tool>& tools);
void encode_tools(ModelRequest& request, json::object& body, Fidelity& fidelity);
[[nodiscard]] Part decode_reasoning(Fields& fields);
[[nodiscard]] Citation decode_annotation(json::value& annotation);
[[nodiscard]] json::object encode_annotation(const Citation& citation);

[[nodiscard]] Usage decode_usage(json::value& usage, const Path& path);
[[nodiscard]] json::object encode_usage(const Usage& usage);
/// What `status` and `incomplete_details` say.
[[nodiscard]] Finish finish_of(std::string_view status, json::value* incomplete_details);

/// An answer's outer object, without output and usage; what the client asked for is repeated in it. The ids of answers that the gateway
/// made can be told from the API's own.
[[nodiscard]] json::object answer_shell(std::string id, std::string model, std::int64_t created, const AnswerContext& context);
/// Sets `status` and what explains it.
void put_status(json::object& answer, const Finish& finish);

[[nodiscard]] json::object message_item(std::string id, json::array&& content);
[[nodiscard]] json::object call_item(std::string id, const ToolCall& call);
[[nodiscard]] json::object reasoning_item(std::string id, const std::vector<std::string>& sections, const Signature& signature,
                                          bool of_next = false);
[[nodiscard]] json::object text_part(std::string text, json::array&& annotations);

}  // namespace patchbay::conversion::responses
