#include "hub/json_text.hpp"
#include "hub/media.hpp"
#include "hub/signature.hpp"
#include "openai-chat/chat.hpp"

namespace patchbay::conversion::chat {

namespace {

json::object encode_media(const Media& media) {
  switch (media.kind) {
    case Media::Kind::image: {
      json::object image{{"url", url_of(media)}};
      put(image, "detail", json::value(media.detail));
      return {{"type", "image_url"}, {"image_url", std::move(image)}};
    }
    case Media::Kind::video: return {{"type", "video_url"}, {"video_url", {{"url", url_of(media)}}}};
    case Media::Kind::audio: {
      const std::string mime = mime_of(media);
      return {{"type", "input_audio"}, {"input_audio", {{"data", media.data}, {"format", mime.substr(mime.find('/') + 1)}}}};
    }
    case Media::Kind::document: break;
  }
  json::object file;
  if (media.source == Media::Source::file_id)
    file["file_id"] = media.data;
  else
    file["file_data"] = url_of(media);
  put(file, "filename", json::value(media.name));
  return {{"type", "file"}, {"file", std::move(file)}};
}

/// What Chat Completions cannot take by its address or at all.
bool expressible(const Media& media, Fidelity& fidelity) {
  if (media.kind == Media::Kind::document && media.source == Media::Source::url) {
    fidelity.lost("document.url", "Chat Completions takes files as data or by id only");
    return false;
  }
  if (media.kind == Media::Kind::image && media.source == Media::Source::file_id) {
    fidelity.lost("image.file_id", "Chat Completions takes images by URL or as data only");
    return false;
  }
  return true;
}

/// The parts of a content array; those that belong elsewhere are left alone.
json::array encode_parts(std::vector<Part>& parts, bool same, Fidelity& fidelity) {
  json::array content;
  for (Part& part : parts) {
    json::object encoded;
    if (Text* const text = std::get_if<Text>(&part.body)) {
      encoded = {{"type", "text"}, {"text", std::move(text->text)}};
    } else if (const Media* const media = std::get_if<Media>(&part.body)) {
      if (media->kind == Media::Kind::document && media->source == Media::Source::text)
        encoded = {{"type", "text"}, {"text", media->data}};
      else if (expressible(*media, fidelity))
        encoded = encode_media(*media);
    } else if (Opaque* const opaque = std::get_if<Opaque>(&part.body)) {
      if (same && opaque->raw.is_object())
        encoded = std::move(opaque->raw.get_object());
      else
        fidelity.lost(opaque->type, "no counterpart");
    } else {
      continue;
    }
    if (encoded.empty()) continue;
    if (same) {
      put(encoded, "cache_control", std::move(part.cache));
      merge(encoded, std::move(part.extras));
    } else {
      if (!part.cache.is_null()) fidelity.lost("cache_control", "the provider caches by itself, if at all");
      fidelity.leftovers("content", part.extras);
    }
    content.push_back(std::move(encoded));
  }
  return content;
}

/// Texts alone, joined: for places where templates of models expect a string.
json::value as_text(json::array&& parts) {
  std::string text;
  for (const json::value& part : parts) {
    const json::value* const one = part.get_object().if_contains("text");
    if (one == nullptr || part.get_object().size() != 2) return as_content(std::move(parts));
    if (!text.empty()) text += "\n\n";
    text += one->get_string();
  }
  return json::value(text);
}

void encode_assistant(Message& message, bool same, json::array& out, Fidelity& fidelity) {
  json::object encoded{{"role", "assistant"}};
  std::string refusal;
  json::array calls;
  for (Part& part : message.parts) {
    if (ToolCall* const call = std::get_if<ToolCall>(&part.body)) {
      call->id = same ? call->id : portable_id(call->id);
      json::object one = encode_call(*call, part.signature);
      if (same) {
        put(one, "cache_control", std::move(part.cache));
        merge(one, std::move(part.extras));
      } else {
        fidelity.leftovers("tool_call", part.extras);
      }
      calls.push_back(std::move(one));
    } else if (const Refusal* const one = std::get_if<Refusal>(&part.body)) {
      refusal += one->text;
    }
  }
  if (!same)  // the thoughts of other providers mean nothing to this one
    std::erase_if(message.parts, [&fidelity](const Part& part) {
      if (!std::holds_alternative<Reasoning>(part.body)) return false;
      if (part.signature.origin.empty() || part.signature.origin == protocols::openai_chat) return false;
      fidelity.lost("reasoning", "it is of a provider of another protocol");
      return true;
    });
  encode_reasoning(message.parts, encoded);
  json::array content = encode_parts(message.parts, same, fidelity);
  // A turn of which nothing is left is none: servers refuse empty ones.
  if (!same && content.empty() && calls.empty() && refusal.empty() && encoded.size() == 1) return;
  if (!content.empty())
    encoded["content"] = same ? as_content(std::move(content)) : as_text(std::move(content));
  else
    encoded["content"] = nullptr;
  if (content.empty() && calls.empty() && refusal.empty() && encoded["content"].is_null()) encoded["content"] = "";
  put(encoded, "refusal", json::value(refusal));
  put(encoded, "name", json::value(message.name));
  if (!calls.empty()) encoded["tool_calls"] = std::move(calls);
  if (same) merge(encoded, std::move(message.extras));
  out.push_back(std::move(encoded));
}

void encode_results(Message& message, bool same, json::array& out, Fidelity& fidelity) {
  json::array shown;  // a result can only be text here: pictures follow in a turn of the user
  for (Part& part : message.parts) {
    ToolResult* const result = std::get_if<ToolResult>(&part.body);
    if (result == nullptr) continue;
    json::array content = encode_parts(result->content, same, fidelity);
    json::array texts;
    for (json::value& one : content) (one.get_object().at("type") == "text" ? texts : shown).push_back(std::move(one));
    if (texts.empty()) texts.push_back({{"type", "text"}, {"text", shown.empty() ? "" : "(see the next message)"}});
    json::object encoded{{"role", "tool"},
                         {"tool_call_id", same ? result->call_id : portable_id(result->call_id)},
                         {"content", same ? as_content(std::move(texts)) : as_text(std::move(texts))}};
    if (result->is_error) fidelity.lost("tool_result.is_error", "Chat Completions has no such flag");
    if (same) {
      put(encoded, "cache_control", std::move(part.cache));
      merge(encoded, std::move(message.extras));
    } else if (!part.cache.is_null()) {
      fidelity.lost("cache_control", "the provider caches by itself, if at all");
    }
    out.push_back(std::move(encoded));
  }
  if (!shown.empty()) {
    shown.insert(shown.begin(), json::value{{"type", "text"}, {"text", "Content of the tool results above:"}});
    out.push_back({{"role", "user"}, {"content", std::move(shown)}});
  }
}

}  // namespace

json::object encode_call(const ToolCall& call, const Signature& signature) {
  json::object encoded{{"id", call.id}, {"type", call.custom ? "custom" : "function"}};
  if (call.custom)
    encoded["custom"] = {{"name", call.name}, {"input", call.arguments}};
  else
    encoded["function"] = {{"name", call.name}, {"arguments", call.arguments.empty() ? "{}" : call.arguments}};
  if (!signature.empty() && signature.origin == protocols::gemini)
    encoded["extra_content"] = {{"google", {{"thought_signature", signature.data}}}};
  return encoded;
}

json::object encode_detail(const Signature& signature, std::size_t index) {
  const std::string_view format = signature.origin == protocols::anthropic_messages ? "anthropic-claude-v1"
                                  : signature.origin == protocols::openai_responses ? "openai-responses-v1"
                                  : signature.origin == protocols::gemini           ? "google-gemini-v1"
                                                                                    : "unknown";
  json::object detail{{"format", format}, {"index", index}};
  put(detail, "id", json::value(signature.id));
  return detail;
}

void encode_reasoning(std::vector<Part>& parts, json::object& message) {
  std::string text;
  json::array details;
  for (const Part& part : parts) {
    const Reasoning* const reasoning = std::get_if<Reasoning>(&part.body);
    if (reasoning == nullptr) continue;
    const std::string own = text_of(*reasoning);
    if (!part.signature.empty()) {
      const bool summarised = reasoning->summary && !own.empty();
      json::object detail = encode_detail(part.signature, details.size() + (summarised ? 1 : 0));
      // Messages knows thoughts that are signed and not shown; those that nobody may read are something else.
      const bool shown = part.signature.origin == protocols::anthropic_messages ? !part.signature.redacted : !own.empty();
      if (!shown || reasoning->summary) {
        detail["type"] = "reasoning.encrypted";
        detail["data"] = part.signature.data;
      } else {
        detail["type"] = "reasoning.text";
        detail["text"] = own;
        detail["signature"] = part.signature.data;
      }
      if (summarised) {
        json::object summary = encode_detail(part.signature, details.size());
        summary["type"] = "reasoning.summary";
        summary["summary"] = own;
        details.push_back(std::move(summary));
      }
      details.push_back(std::move(detail));
    }
    text.append(text.empty() || own.empty() ? "" : "\n\n").append(own);
  }
  if (!text.empty()) message["reasoning_content"] = text;
  if (!details.empty()) message["reasoning_details"] = std::move(details);
}

json::array encode_messages(std::vector<Message>& messages, std::string_view origin, Fidelity& fidelity) {
  const bool same = origin == protocols::openai_chat;
  json::array out;
  out.reserve(messages.size());
  for (Message& message : messages) {
    if (!same) fidelity.leftovers("message", message.extras);
    if (message.role == Role::assistant) {
      encode_assistant(message, same, out, fidelity);
    } else if (message.role == Role::tool) {
      encode_results(message, same, out, fidelity);
    } else {
      const bool user = message.role == Role::user;
      const bool developer = message.role == Role::developer && same;  // other servers than OpenAI's know `system` only
      json::array parts = encode_parts(message.parts, same, fidelity);
      if (parts.empty() && !same) continue;
      json::object encoded{{"role", user ? "user" : developer ? "developer" : "system"}};
      encoded["content"] = user || same ? as_content(std::move(parts)) : as_text(std::move(parts));
      if (encoded["content"].is_array() && encoded["content"].get_array().empty()) encoded["content"] = "";
      put(encoded, "name", json::value(message.name));
      if (same) merge(encoded, std::move(message.extras));
      out.push_back(std::move(encoded));
    }
  }
  return out;
}

}  // namespace patchbay::conversion::chat
