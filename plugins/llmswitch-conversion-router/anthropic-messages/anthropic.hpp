#pragma once

#include "hub/codec.hpp"

/// Anthropic's Messages API (https://docs.anthropic.com/en/api/messages).
namespace patchbay::conversion::anthropic {

[[nodiscard]] ModelRequest decode_request(json::value& body);
[[nodiscard]] json::value encode_request(ModelRequest& request, const Settings& settings, Fidelity& fidelity);

[[nodiscard]] Answer decode_answer(json::value& body);
[[nodiscard]] json::value encode_answer(Answer&& answer, const AnswerContext& context);

[[nodiscard]] std::unique_ptr<StreamReader> reader();
[[nodiscard]] std::unique_ptr<StreamWriter> writer(const AnswerContext& context, EventSink& out);

[[nodiscard]] std::string encode_error(const Error& error);

// Pieces that several of the above need.

/// Content blocks, in a request or an answer, as parts.
[[nodiscard]] std::vector<Part> decode_content(json::value& content, const Path& path);
/// The block of a part; empty if there is none. `same`: the part came from this protocol.
[[nodiscard]] json::object encode_block(Part& part, bool same, Fidelity& fidelity);
[[nodiscard]] json::array encode_blocks(std::vector<Part>& parts, bool same, Fidelity& fidelity);
void decode_tools(Fields& fields, ModelRequest& request);
/// `tools`, `mcp_servers` and `tool_choice`; names the beta features that they need in the request's headers.
void encode_tools(ModelRequest& request, json::object& body, Fidelity& fidelity);

[[nodiscard]] Usage decode_usage(json::value& usage, const Path& path);
[[nodiscard]] json::object encode_usage(Usage&& usage);
[[nodiscard]] Finish finish_of(std::string_view reason, std::string&& sequence);
[[nodiscard]] std::string_view reason_of(const Finish& finish);
/// Empty if it names nothing that this protocol could show.
[[nodiscard]] json::object encode_citation(Citation&& citation);
[[nodiscard]] Citation decode_citation(json::value& citation);
/// An id in the form that the API's own have.
[[nodiscard]] std::string message_id(const std::string& id, std::string_view request_id);

}  // namespace patchbay::conversion::anthropic
