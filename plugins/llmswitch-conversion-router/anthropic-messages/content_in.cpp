#include <boost/json/serialize.hpp>

#include "anthropic-messages/anthropic.hpp"
#include "hub/json_text.hpp"
#include "hub/media.hpp"
#include "hub/signature.hpp"

namespace patchbay::conversion::anthropic {

namespace {

/// False for sources that only this API knows.
bool decode_source(json::object& source, const Path& path, Media& media) {
  Fields fields(source, path);
  const std::string type = fields.required_string("type");
  if (type == "base64" || type == "text") {
    media.source = type == "text" ? Media::Source::text : Media::Source::base64;
    media.mime = fields.string("media_type");
    media.data = fields.required_string("data");
  } else if (type == "url") {
    media.source = Media::Source::url;
    media.data = fields.required_string("url");
  } else if (type == "file") {
    media.source = Media::Source::file_id;
    media.data = fields.required_string("file_id");
  } else {
    return false;
  }
  return true;
}

Part decode_block(json::value& value, const Path& path) {
  Fields fields(value, path);
  Part part;
  const std::string type = fields.required_string("type");
  if (type == "text") {
    Text text{fields.string("text"), {}};
    if (json::array* const citations = fields.array("citations"))
      for (json::value& one : *citations) text.citations.push_back(decode_citation(one));
    part.body = std::move(text);
  } else if (type == "image" || type == "document") {
    Media media;
    media.kind = type == "image" ? Media::Kind::image : Media::Kind::document;
    json::object* const source = fields.object("source");
    if (source == nullptr) fields.fail("source", "is missing");
    const Path at(path, "source");
    if (!decode_source(*source, at, media)) {
      part.body = Opaque{type, std::move(value)};
      return part;
    }
    media.name = fields.string("title");
    part.body = std::move(media);
  } else if (type == "tool_use") {
    ToolCall call;
    call.id = fields.required_string("id");
    call.name = fields.required_string("name");
    if (const json::value* const input = fields.find("input")) call.arguments = json::serialize(*input);
    part.body = std::move(call);
  } else if (type == "tool_result") {
    ToolResult result;
    result.call_id = fields.required_string("tool_use_id");
    if (json::value* const content = fields.find("content")) {
      const Path at(path, "content");
      result.content = decode_content(*content, at);
    }
    result.is_error = fields.boolean("is_error").value_or(false);
    part.body = std::move(result);
  } else if (type == "thinking") {
    Reasoning reasoning;
    if (std::string text = fields.string("thinking"); !text.empty()) reasoning.sections.push_back(std::move(text));
    part.signature = unseal(fields.string("signature"), protocols::anthropic_messages).signature;
    part.body = std::move(reasoning);
  } else if (type == "redacted_thinking") {
    part.signature = unseal(fields.string("data"), protocols::anthropic_messages).signature;
    part.signature.redacted = true;
    part.body = Reasoning{{}, false, true};
  } else {
    part.body = Opaque{type, std::move(value)};
    return part;
  }
  part.cache = fields.value("cache_control");
  part.extras = fields.rest();
  return part;
}

/// An empty thought whose signature belongs to the part after it was written by us.
bool is_carrier(const json::value& block, Signature& signature) {
  const json::object* const object = block.if_object();
  const json::value* const text = object != nullptr ? object->if_contains("signature") : nullptr;
  if (text == nullptr || !text->is_string()) return false;
  Unsealed unsealed = unseal(text->get_string(), protocols::anthropic_messages);
  if (!unsealed.of_next_part) return false;
  signature = std::move(unsealed.signature);
  return true;
}

}  // namespace

Citation decode_citation(json::value& value) {
  Citation citation;
  if (const json::object* const object = value.if_object()) {
    citation.url = string_at(*object, "url");
    if (citation.url.empty()) citation.url = string_at(*object, "source");
    citation.title = string_at(*object, "title");
    if (citation.title.empty()) citation.title = string_at(*object, "document_title");
    citation.quote = string_at(*object, "cited_text");
  }
  citation.raw = std::move(value);
  return citation;
}

std::vector<Part> decode_content(json::value& content, const Path& path) {
  std::vector<Part> parts;
  if (content.is_string()) {
    if (!content.get_string().empty()) parts.push_back({Text{std::string(content.get_string()), {}}, {}, {}, {}});
    return parts;
  }
  if (!content.is_array()) throw Malformed(path.text(), "must be a string or an array of blocks");
  std::size_t index = 0;
  Signature of_next;
  for (json::value& block : content.get_array()) {
    const Path at(path, "", index++);
    if (is_carrier(block, of_next)) continue;
    parts.push_back(decode_block(block, at));
    if (!of_next.empty()) parts.back().signature = std::exchange(of_next, {});
  }
  return parts;
}

}  // namespace patchbay::conversion::anthropic
