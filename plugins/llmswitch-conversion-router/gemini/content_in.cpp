#include <boost/json/serialize.hpp>

#include "gemini/gemini.hpp"
#include "hub/base64.hpp"
#include "hub/media.hpp"
#include "hub/signature.hpp"

namespace patchbay::conversion::gemini {

namespace {

/// What a function answered: by convention in `output` or `error`, else the object is the answer.
void decode_response(json::object& response, ToolResult& result) {
  const auto as_text = [](const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
  };
  std::string text;
  if (response.size() == 1 && response.contains("error")) {
    result.is_error = true;
    text = as_text(response["error"]);
  } else if (response.size() == 1 && (response.contains("output") || response.contains("result"))) {
    text = as_text(response.begin()->value());
  } else {
    text = json::serialize(response);
  }
  result.content.push_back({Text{std::move(text), {}}, {}, {}, {}});
}

bool decode_media(Fields& fields, Part& part) {
  if (json::object* const data = fields.object("inlineData", "inline_data")) {
    Fields inner(*data, fields.path());
    Media media;
    media.source = Media::Source::base64;
    media.mime = inner.string("mimeType", "mime_type");
    media.data = inner.string("data");
    media.name = inner.string("displayName");
    media.kind = kind_of_mime(media.mime);
    part.body = std::move(media);
    return true;
  }
  if (json::object* const data = fields.object("fileData", "file_data")) {
    Fields inner(*data, fields.path());
    Media media;
    media.mime = inner.string("mimeType", "mime_type");
    media.data = inner.string("fileUri", "file_uri");
    media.kind = kind_of_mime(mime_of(media));
    part.body = std::move(media);
    return true;
  }
  return false;
}

bool decode_function(Fields& fields, Part& part) {
  if (json::object* const object = fields.object("functionCall", "function_call")) {
    Fields inner(*object, fields.path());
    ToolCall call;
    call.id = inner.string("id");
    call.name = inner.required_string("name");
    const json::value* const arguments = inner.find("args");
    call.arguments = arguments != nullptr ? json::serialize(*arguments) : "{}";
    part.body = std::move(call);
    return true;
  }
  if (json::object* const object = fields.object("functionResponse", "function_response")) {
    Fields inner(*object, fields.path());
    ToolResult result;
    result.call_id = inner.string("id");
    result.name = inner.required_string("name");
    if (json::object* const response = inner.object("response")) decode_response(*response, result);
    if (json::array* const more = inner.array("parts")) {
      std::vector<Part> media = decode_parts(*more, fields.path());
      for (Part& one : media) result.content.push_back(std::move(one));
    }
    part.body = std::move(result);
    return true;
  }
  return false;
}

Part decode_part(json::value& value, const Path& path) {
  Fields fields(value, path);
  Part part;
  const bool thought = fields.boolean("thought").value_or(false);
  const std::string signature = fields.string("thoughtSignature", "thought_signature");
  if (!signature.empty()) part.signature = unwrap(signature);
  if (fields.find("text") != nullptr) {
    std::string text = fields.string("text");
    if (thought) {
      Reasoning reasoning;
      if (!text.empty()) reasoning.sections.push_back(std::move(text));
      reasoning.redacted = part.signature.redacted;
      part.body = std::move(reasoning);
    } else {
      part.body = Text{std::move(text), {}};
    }
  } else if (!decode_function(fields, part) && !decode_media(fields, part)) {
    std::string type = value.get_object().empty() ? "part" : std::string(value.get_object().begin()->key());
    part.signature = {};
    part.body = Opaque{std::move(type), std::move(value)};
    return part;
  }
  part.extras = fields.rest();
  return part;
}

}  // namespace

std::string wrap(const Signature& signature) { return signature.origin == protocols::gemini ? signature.data : to_base64(seal(signature)); }

std::string wrap_thought(const Signature& signature, std::string_view origin) {
  if (!signature.empty()) return wrap(signature);
  if (origin.empty() || origin == protocols::gemini) return {};
  return wrap({std::string(origin), {}, signature.id, signature.redacted});
}

Signature unwrap(std::string_view text) {
  if (const auto bytes = from_base64(text); bytes && bytes->starts_with("pb1.")) return unseal(*bytes, protocols::gemini).signature;
  return {std::string(protocols::gemini), std::string(text), {}};
}

std::vector<Part> decode_parts(json::array& parts, const Path& path) {
  std::vector<Part> decoded;
  std::size_t index = 0;
  for (json::value& one : parts) {
    const Path at(path, "parts", index++);
    Part part = decode_part(one, at);
    // Text comes in pieces: those that belong together are one.
    Text* const text = std::get_if<Text>(&part.body);
    Text* const before = decoded.empty() ? nullptr : std::get_if<Text>(&decoded.back().body);
    if (text != nullptr && before != nullptr && decoded.back().signature.empty() && decoded.back().extras.empty() && part.extras.empty()) {
      before->text += text->text;
      decoded.back().signature = std::move(part.signature);
      continue;
    }
    Reasoning* const thought = std::get_if<Reasoning>(&part.body);
    Reasoning* const thought_before = decoded.empty() ? nullptr : std::get_if<Reasoning>(&decoded.back().body);
    if (thought != nullptr && thought_before != nullptr && decoded.back().signature.origin.empty()) {
      if (!thought->sections.empty()) {
        if (thought_before->sections.empty()) thought_before->sections.emplace_back();
        thought_before->sections.back() += thought->sections.front();
      }
      decoded.back().signature = std::move(part.signature);
      continue;
    }
    decoded.push_back(std::move(part));
  }
  return decoded;
}

}  // namespace patchbay::conversion::gemini
