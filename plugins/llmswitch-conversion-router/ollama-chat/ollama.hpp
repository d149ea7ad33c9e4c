#pragma once

#include "hub/codec.hpp"

/// Ollama's own API, /api/chat and /api/embed (https://docs.ollama.com/api): messages with one text each, images beside it, calls with
/// their arguments as objects, and streams of lines.
namespace patchbay::conversion::ollama {

inline constexpr std::string_view protocol = "ollama-chat";
/// Where the extras of a request keep what stood in its options.
inline constexpr std::string_view options_prefix = "options.";

[[nodiscard]] ModelRequest decode_request(json::value& body);
[[nodiscard]] json::value encode_request(ModelRequest& request, Fidelity& fidelity);

[[nodiscard]] Answer decode_answer(json::value& body);
[[nodiscard]] json::value encode_answer(Answer&& answer, const AnswerContext& context);

[[nodiscard]] std::unique_ptr<StreamReader> reader();
[[nodiscard]] std::unique_ptr<StreamWriter> writer(const AnswerContext& context, EventSink& out);

[[nodiscard]] std::string encode_error(const Error& error);

[[nodiscard]] EmbedRequest decode_embed_request(json::value& body);
[[nodiscard]] json::value encode_embed_request(EmbedRequest& request, Fidelity& fidelity);
[[nodiscard]] EmbedAnswer decode_embed_answer(json::value& body);
[[nodiscard]] json::value encode_embed_answer(EmbedAnswer&& answer);

// Pieces that several of the above need.

[[nodiscard]] std::vector<Message> decode_messages(json::array& messages, const Path& path);
/// What an assistant's message says, in a request or an answer.
[[nodiscard]] std::vector<Part> decode_assistant(Fields& message);
[[nodiscard]] json::array encode_messages(std::vector<Message>& messages, bool same, Fidelity& fidelity);
[[nodiscard]] json::object encode_call(const ToolCall& call);

/// Log probabilities as OpenAI writes them, who leaves no field out.
[[nodiscard]] json::value decode_logprobs(json::array&& tokens);
[[nodiscard]] Finish finish_of(std::string_view reason, bool called);
[[nodiscard]] std::string_view reason_of(const Finish& finish);
/// The counts stand in the answer itself.
[[nodiscard]] Usage decode_usage(Fields& answer);
void put_usage(const Usage& usage, json::object& answer);

/// Seconds since 1970 of a date as Ollama writes it (RFC 3339 section 5.6); 0 if it is none.
[[nodiscard]] std::int64_t seconds_of(const std::string& date);
[[nodiscard]] std::string date_of(std::int64_t seconds);

}  // namespace patchbay::conversion::ollama
