#include <boost/json/serialize.hpp>

#include "hub/json_text.hpp"
#include "hub/media.hpp"
#include "hub/signature.hpp"
#include "openai-chat/chat.hpp"

namespace patchbay::conversion::chat {

namespace {

Part decode_content_part(json::value& value, const Path& path) {
  Fields fields(value, path);
  Part part;
  const std::string type = fields.required_string("type");
  if (type == "text") {
    part.body = Text{fields.string("text"), {}};
  } else if (type == "refusal") {
    part.body = Refusal{fields.string("refusal")};
  } else if (type == "image_url" || type == "video_url") {
    json::object* const image = fields.object(type);
    if (image == nullptr) fields.fail(type, "is missing");
    const Path at(path, type);
    Fields inner(*image, at);
    Media media = media_of_url(inner.required_string("url"), type == "image_url" ? Media::Kind::image : Media::Kind::video);
    media.detail = inner.string("detail");
    part.body = std::move(media);
  } else if (type == "input_audio") {
    json::object* const audio = fields.object(type);
    if (audio == nullptr) fields.fail(type, "is missing");
    const Path at(path, type);
    Fields inner(*audio, at);
    part.body = Media{Media::Kind::audio, Media::Source::base64, inner.required_string("data"), "audio/" + inner.string("format"), {}, {}};
  } else if (type == "file") {
    json::object* const file = fields.object(type);
    if (file == nullptr) fields.fail(type, "is missing");
    const Path at(path, type);
    Fields inner(*file, at);
    const std::string id = inner.string("file_id");
    Media media{Media::Kind::document, Media::Source::file_id, id, {}, {}, {}};
    if (id.empty()) media = media_of_url(inner.required_string("file_data"), Media::Kind::document);
    media.name = inner.string("filename");
    part.body = std::move(media);
  } else {
    part.body = Opaque{type, value};
    return part;
  }
  part.cache = fields.value("cache_control");
  part.extras = fields.rest();
  return part;
}

void decode_content(Fields& fields, std::vector<Part>& parts) {
  json::value* const content = fields.find("content");
  if (content == nullptr) return;
  if (content->is_string()) {
    if (!content->get_string().empty()) parts.push_back({Text{std::string(content->get_string()), {}}, {}, {}, {}});
    return;
  }
  if (!content->is_array()) fields.fail("content", "must be a string or an array of parts");
  std::size_t index = 0;
  for (json::value& one : content->get_array()) {
    const Path at(fields.path(), "content", index++);
    parts.push_back(decode_content_part(one, at));
  }
}

void decode_call(json::value& value, const Path& path, std::vector<Part>& parts) {
  Fields fields(value, path);
  ToolCall call;
  call.id = fields.string("id");
  const std::string type = fields.string("type");
  call.custom = type == "custom";
  json::object* const function = fields.object(call.custom ? "custom" : "function");
  if (function == nullptr) fields.fail("function", "is missing");
  const Path at(path, call.custom ? "custom" : "function");
  Fields inner(*function, at);
  call.name = inner.string("name");
  if (json::value* const arguments = inner.find(call.custom ? "input" : "arguments"))
    call.arguments = arguments->is_string() ? std::string(arguments->get_string()) : json::serialize(*arguments);
  Part part;
  if (json::object* const extra = fields.object("extra_content")) {
    if (const json::value* const signature = extra->contains("google") && extra->at("google").is_object()
                                                 ? extra->at("google").get_object().if_contains("thought_signature")
                                                 : nullptr;
        signature != nullptr && signature->is_string())
      part.signature = {std::string(protocols::gemini), std::string(signature->get_string()), {}};
  }
  part.cache = fields.value("cache_control");
  part.extras = fields.rest();
  part.extras.erase("index");
  part.body = std::move(call);
  parts.push_back(std::move(part));
}

/// A summary and what it is one of are two details with one id, and one thought: then it is put together in the last part.
bool is_summarised_by_last(Part& part, std::vector<Part>& parts) {
  const Reasoning* const sealed = std::get_if<Reasoning>(&part.body);
  Reasoning* const summary = parts.empty() ? nullptr : std::get_if<Reasoning>(&parts.back().body);
  if (sealed == nullptr || summary == nullptr || !summary->summary || !sealed->sections.empty()) return false;
  if (part.signature.empty() || !parts.back().signature.empty() || part.signature.id != parts.back().signature.id) return false;
  part.signature.redacted = false;
  parts.back().signature = std::move(part.signature);
  return true;
}

void decode_reasoning(Fields& fields, std::vector<Part>& parts) {
  std::string text = fields.string("reasoning_content");
  if (std::string other = fields.find("reasoning") != nullptr ? fields.string("reasoning") : std::string(); text.empty())
    text = std::move(other);
  json::array* const details = fields.array("reasoning_details");
  if (details != nullptr && !details->empty()) {
    std::size_t index = 0;
    bool told = false;
    for (json::value& one : *details) {
      const Path at(fields.path(), "reasoning_details", index++);
      Part part = decode_detail(one, at);
      if (const Reasoning* const reasoning = std::get_if<Reasoning>(&part.body)) told = told || !reasoning->sections.empty();
      // A signature without its text: the text travels beside it.
      if (Reasoning* const reasoning = std::get_if<Reasoning>(&part.body);
          reasoning != nullptr && reasoning->sections.empty() && !reasoning->redacted && !told && !text.empty()) {
        reasoning->sections.push_back(std::exchange(text, {}));
        told = true;
      }
      if (!is_summarised_by_last(part, parts)) parts.push_back(std::move(part));
    }
    if (told) return;
  }
  if (!text.empty()) parts.push_back({Reasoning{{std::move(text)}, false, false}, {}, {}, {}});
}

Role role_of(const std::string& role, const Path& path) {
  if (role == "system") return Role::system;
  if (role == "developer") return Role::developer;
  if (role == "user") return Role::user;
  if (role == "assistant") return Role::assistant;
  if (role == "tool" || role == "function") return Role::tool;
  throw Malformed(path.text("role"), "'" + role + "' is none of system, developer, user, assistant, tool");
}

}  // namespace

Part decode_detail(json::value& detail, const Path& path) {
  Fields fields(detail, path);
  const std::string type = fields.string("type");
  const std::string format = fields.string("format");
  const std::string_view origin = format.starts_with("anthropic")  ? protocols::anthropic_messages
                                  : format.starts_with("openai-r") ? protocols::openai_responses
                                  : format.starts_with("google")   ? protocols::gemini
                                                                   : protocols::openai_chat;
  Part part;
  Reasoning reasoning;
  if (type == "reasoning.text") {
    if (std::string text = fields.string("text"); !text.empty()) reasoning.sections.push_back(std::move(text));
    if (const std::string signature = fields.string("signature"); !signature.empty()) part.signature = unseal(signature, origin).signature;
  } else if (type == "reasoning.summary") {
    reasoning.summary = true;
    reasoning.sections.push_back(fields.string("summary"));
  } else if (type == "reasoning.encrypted") {
    reasoning.redacted = true;
    part.signature = unseal(fields.string("data"), origin).signature;
    part.signature.redacted = true;
  } else {
    part.body = Opaque{type, detail};
    return part;
  }
  if (part.signature.id.empty()) part.signature.id = fields.string("id");
  part.body = std::move(reasoning);
  return part;
}

Citation decode_annotation(json::value& annotation) {
  Citation citation;
  if (const json::object* const outer = annotation.if_object()) {
    const json::value* const inner = outer->if_contains("url_citation");
    const json::object& from = inner != nullptr && inner->is_object() ? inner->get_object() : *outer;
    citation.url = string_at(from, "url");
    citation.title = string_at(from, "title");
    citation.start = integer_at(from, "start_index");
    citation.end = integer_at(from, "end_index");
  }
  citation.raw = std::move(annotation);
  return citation;
}

void decode_assistant(Fields& fields, std::vector<Part>& parts) {
  decode_reasoning(fields, parts);
  decode_content(fields, parts);
  if (std::string refusal = fields.string("refusal"); !refusal.empty()) parts.push_back({Refusal{std::move(refusal)}, {}, {}, {}});
  if (json::array* const annotations = fields.array("annotations")) {
    for (Part& part : parts) {
      Text* const text = std::get_if<Text>(&part.body);
      if (text == nullptr) continue;
      for (json::value& one : *annotations) text->citations.push_back(decode_annotation(one));
      break;
    }
  }
  if (json::array* const calls = fields.array("tool_calls")) {
    std::size_t index = 0;
    for (json::value& one : *calls) {
      const Path at(fields.path(), "tool_calls", index++);
      decode_call(one, at, parts);
    }
  }
  if (json::object* const call = fields.object("function_call")) {
    const Path at(fields.path(), "function_call");
    Fields inner(*call, at);
    std::string name = inner.required_string("name");
    parts.push_back({ToolCall{{}, std::move(name), inner.string("arguments"), false}, {}, {}, {}});
  }
}

std::vector<Message> decode_messages(json::array& messages, const Path& path) {
  std::vector<Message> decoded;
  decoded.reserve(messages.size());
  std::size_t index = 0;
  for (json::value& value : messages) {
    const Path at(path, "messages", index++);
    Fields fields(value, at);
    Message message;
    message.role = role_of(fields.required_string("role"), at);
    message.name = fields.string("name");
    if (message.role == Role::assistant) {
      decode_assistant(fields, message.parts);
    } else if (message.role == Role::tool) {
      ToolResult result;
      result.call_id = fields.string("tool_call_id");
      if (result.call_id.empty()) result.name = std::exchange(message.name, {});  // the old `function` role knows names only
      decode_content(fields, result.content);
      Part part{std::move(result), {}, {}, {}};
      part.cache = fields.value("cache_control");
      message.parts.push_back(std::move(part));
    } else {
      decode_content(fields, message.parts);
    }
    message.extras = fields.rest();
    decoded.push_back(std::move(message));
  }
  return decoded;
}

}  // namespace patchbay::conversion::chat
