#pragma once

#include "hub/codec.hpp"

/// OpenAI Chat Completions (https://platform.openai.com/docs/api-reference/chat), with what vendors agreed on beside it:
/// `reasoning_content` for thoughts, OpenRouter's `reasoning_details` for signed ones, Google's `extra_content` for signed tool calls.
namespace patchbay::conversion::chat {

/// The field that lets a model search the web.
inline constexpr std::string_view web_search_field = "web_search_options";

[[nodiscard]] ModelRequest decode_request(json::value& body);
[[nodiscard]] json::value encode_request(ModelRequest& request, const Settings& settings, Fidelity& fidelity);

[[nodiscard]] Answer decode_answer(json::value& body);
[[nodiscard]] json::value encode_answer(Answer&& answer, const AnswerContext& context);

[[nodiscard]] std::string encode_error(const Error& error);
[[nodiscard]] std::unique_ptr<StreamReader> reader();
[[nodiscard]] std::unique_ptr<StreamWriter> writer(const AnswerContext& context, EventSink& out);

[[nodiscard]] EmbedRequest decode_embed_request(json::value& body);
[[nodiscard]] json::value encode_embed_request(EmbedRequest& request, Fidelity& fidelity);
[[nodiscard]] EmbedAnswer decode_embed_answer(json::value& body);
[[nodiscard]] json::value encode_embed_answer(EmbedAnswer&& answer, const EmbedRequest& request);

// Pieces that several of the above need.

[[nodiscard]] std::vector<Message> decode_messages(json::array& messages, const Path& path);
/// An assistant's message without its role, in a request or an answer.
void decode_assistant(Fields& fields, std::vector<Part>& parts);
void decode_tools(Fields& fields, ModelRequest& request);
[[nodiscard]] json::array encode_messages(std::vector<Message>& messages, std::string_view origin, Fidelity& fidelity);
void encode_tools(ModelRequest& request, const Settings& settings, json::object& body, Fidelity& fidelity);
/// Fields of an assistant's message that say what was thought.
void encode_reasoning(std::vector<Part>& parts, json::object& message);
[[nodiscard]] json::object encode_call(const ToolCall& call, const Signature& signature);

/// An id in the form that the API's own have.
[[nodiscard]] std::string completion_id(const std::string& id, const AnswerContext& context);
[[nodiscard]] Usage decode_usage(json::value& usage, const Path& path);
[[nodiscard]] json::object encode_usage(Usage&& usage);
[[nodiscard]] Finish finish_of(std::string_view reason);
[[nodiscard]] std::string_view reason_of(const Finish& finish);
[[nodiscard]] Citation decode_annotation(json::value& annotation);
[[nodiscard]] json::object encode_annotation(const Citation& citation);

/// One element of `reasoning_details` as a part.
[[nodiscard]] Part decode_detail(json::value& detail, const Path& path);
[[nodiscard]] json::object encode_detail(const Signature& signature, std::size_t index);

}  // namespace patchbay::conversion::chat
