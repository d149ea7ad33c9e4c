#include "anthropic-messages/anthropic.hpp"
#include "hub/json_text.hpp"
#include "hub/media.hpp"
#include "hub/signature.hpp"

namespace patchbay::conversion::anthropic {

namespace {

json::object encode_media(const Media& media, Fidelity& fidelity) {
  if (media.kind == Media::Kind::audio || media.kind == Media::Kind::video) {
    fidelity.lost(media.kind == Media::Kind::audio ? "audio" : "video", "Messages takes images and documents only");
    return {};
  }
  json::object source;
  switch (media.source) {
    case Media::Source::base64: source = {{"type", "base64"}, {"media_type", mime_of(media)}, {"data", media.data}}; break;
    case Media::Source::text: source = {{"type", "text"}, {"media_type", "text/plain"}, {"data", media.data}}; break;
    case Media::Source::url: source = {{"type", "url"}, {"url", media.data}}; break;
    case Media::Source::file_id: source = {{"type", "file"}, {"file_id", media.data}}; break;
  }
  if (!media.detail.empty() && media.detail != "auto") fidelity.lost("image.detail", "Messages has no such field");
  const bool image = media.kind == Media::Kind::image;
  json::object block{{"type", image ? "image" : "document"}, {"source", std::move(source)}};
  if (!image) put(block, "title", json::value(media.name));
  return block;
}

json::object encode_call(const ToolCall& call, bool same) {
  json::value input = arguments_value(call.arguments);
  if (!input.is_object()) input = json::object{{"input", std::move(input)}};
  return {{"type", "tool_use"}, {"id", same ? call.id : portable_id(call.id)}, {"name", call.name}, {"input", std::move(input)}};
}

json::object encode_result(ToolResult& result, bool same, Fidelity& fidelity) {
  json::object block{{"type", "tool_result"}, {"tool_use_id", same ? result.call_id : portable_id(result.call_id)}};
  json::array content = encode_blocks(result.content, same, fidelity);
  if (!content.empty()) block["content"] = as_content(std::move(content));
  if (result.is_error) block["is_error"] = true;
  return block;
}

/// Thoughts go back to their own provider only: it checks the signature.
json::object encode_reasoning(const Part& part, Fidelity& fidelity) {
  const Reasoning& reasoning = std::get<Reasoning>(part.body);
  if (part.signature.empty() || part.signature.origin != protocols::anthropic_messages) {
    fidelity.lost("reasoning", part.signature.empty() ? "it is not signed" : "it was signed by a provider of another protocol");
    return {};
  }
  if (reasoning.redacted) return {{"type", "redacted_thinking"}, {"data", part.signature.data}};
  return {{"type", "thinking"}, {"thinking", text_of(reasoning, "")}, {"signature", part.signature.data}};
}

json::object encode_body(Part& part, bool same, Fidelity& fidelity) {
  if (Text* const text = std::get_if<Text>(&part.body)) {
    if (text->text.empty()) return {};  // the API refuses empty text
    json::object block{{"type", "text"}, {"text", std::move(text->text)}};
    if (same && !text->citations.empty()) {
      json::array citations;
      for (Citation& citation : text->citations) citations.push_back(encode_citation(std::move(citation)));
      block["citations"] = std::move(citations);
    }
    return block;
  }
  if (const Media* const media = std::get_if<Media>(&part.body)) return encode_media(*media, fidelity);
  if (const ToolCall* const call = std::get_if<ToolCall>(&part.body)) return encode_call(*call, same);
  if (ToolResult* const result = std::get_if<ToolResult>(&part.body)) return encode_result(*result, same, fidelity);
  if (std::holds_alternative<Reasoning>(part.body)) return encode_reasoning(part, fidelity);
  if (const Refusal* const refusal = std::get_if<Refusal>(&part.body))
    return refusal->text.empty() ? json::object{} : json::object{{"type", "text"}, {"text", refusal->text}};
  Opaque& opaque = std::get<Opaque>(part.body);
  if (same && opaque.raw.is_object()) return std::move(opaque.raw.get_object());
  fidelity.lost(opaque.type, "no counterpart");
  return {};
}

}  // namespace

json::object encode_citation(Citation&& citation) {
  if (citation.raw.is_object()) {
    const json::value* const type = citation.raw.get_object().if_contains("type");
    if (type != nullptr && type->is_string() && type->get_string().ends_with("_location")) return std::move(citation.raw.get_object());
  }
  if (citation.url.empty()) return {};
  return {{"type", "web_search_result_location"},
          {"url", citation.url},
          {"title", citation.title},
          {"encrypted_index", ""},
          {"cited_text", citation.quote}};
}

json::object encode_block(Part& part, bool same, Fidelity& fidelity) {
  json::object block = encode_body(part, same, fidelity);
  if (block.empty()) return block;
  if (!part.cache.is_null()) block["cache_control"] = std::move(part.cache);
  if (same)
    merge(block, std::move(part.extras));
  else
    fidelity.leftovers("content", part.extras);
  return block;
}

json::array encode_blocks(std::vector<Part>& parts, bool same, Fidelity& fidelity) {
  json::array blocks;
  blocks.reserve(parts.size());
  for (Part& part : parts)
    if (json::object block = encode_block(part, same, fidelity); !block.empty()) blocks.push_back(std::move(block));
  return blocks;
}

}  // namespace patchbay::conversion::anthropic
