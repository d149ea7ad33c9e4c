#include "hub/json_text.hpp"
#include "hub/media.hpp"
#include "openai-responses/client_tools.hpp"
#include "openai-responses/responses.hpp"

namespace patchbay::conversion::responses {

namespace {

json::object encode_media(const Media& media, Fidelity& fidelity) {
  if (media.kind == Media::Kind::audio || media.kind == Media::Kind::video) {
    fidelity.lost(media.kind == Media::Kind::audio ? "audio" : "video", "Responses takes images and files only");
    return {};
  }
  if (media.kind == Media::Kind::document && media.source == Media::Source::text) return {{"type", "input_text"}, {"text", media.data}};
  const bool image = media.kind == Media::Kind::image;
  json::object part{{"type", image ? "input_image" : "input_file"}};
  if (media.source == Media::Source::file_id)
    part["file_id"] = media.data;
  else if (image)
    part["image_url"] = url_of(media);
  else
    part[media.source == Media::Source::url ? "file_url" : "file_data"] = url_of(media);
  if (image)
    part["detail"] = media.detail.empty() ? "auto" : media.detail;
  else
    put(part, "filename", json::value(media.source == Media::Source::base64 && media.name.empty() ? "document" : media.name));
  return part;
}

json::array encode_content(std::vector<Part>& parts, bool assistant, bool same, Fidelity& fidelity) {
  json::array content;
  for (Part& part : parts) {
    json::object encoded;
    if (Text* const text = std::get_if<Text>(&part.body)) {
      if (text->text.empty()) continue;
      encoded = {{"type", assistant ? "output_text" : "input_text"}, {"text", std::move(text->text)}};
      if (assistant) {
        json::array annotations;
        if (same)
          for (Citation& citation : text->citations) annotations.push_back(std::move(citation.raw));
        encoded["annotations"] = std::move(annotations);
      }
    } else if (const Media* const media = std::get_if<Media>(&part.body)) {
      encoded = encode_media(*media, fidelity);
    } else if (const Refusal* const refusal = std::get_if<Refusal>(&part.body)) {
      encoded = {{"type", "refusal"}, {"refusal", refusal->text}};
    } else if (Opaque* const opaque = std::get_if<Opaque>(&part.body); opaque != nullptr && same && opaque->raw.is_object()) {
      encoded = std::move(opaque->raw.get_object());
    } else if (opaque != nullptr) {
      fidelity.lost(opaque->type, "no counterpart");
    }
    if (encoded.empty()) continue;
    if (!part.cache.is_null()) fidelity.lost("cache_control", "the provider caches by itself, if at all");
    if (same)
      merge(encoded, std::move(part.extras));
    else
      fidelity.leftovers("content", part.extras);
    content.push_back(std::move(encoded));
  }
  return content;
}

void encode_result(Part& part, bool same, json::array& input, Fidelity& fidelity) {
  ToolResult& result = std::get<ToolResult>(part.body);
  json::object item{{"type", result.custom ? "custom_tool_call_output" : "function_call_output"},
                    {"call_id", same ? result.call_id : portable_id(result.call_id)}};
  json::array content = encode_content(result.content, false, same, fidelity);
  json::value output = content.empty() ? json::value("") : as_content(std::move(content));
  if (!result.type.empty()) {
    item = client_output_item(result, std::move(output));
    merge(item, std::move(part.extras));
    input.push_back(std::move(item));
    return;
  }
  item["output"] = std::move(output);
  if (result.is_error) fidelity.lost("tool_result.is_error", "Responses has no such flag");
  if (!part.cache.is_null()) fidelity.lost("cache_control", "the provider caches by itself, if at all");
  if (same) merge(item, std::move(part.extras));
  input.push_back(std::move(item));
}

/// The items of an assistant's turn: texts in a row are one message, thoughts and calls are items of their own.
void encode_assistant(Message& message, bool same, json::array& input, Fidelity& fidelity) {
  std::vector<Part> texts;
  bool first = true;
  const auto flush = [&] {
    json::array content = encode_content(texts, true, same, fidelity);
    texts.clear();
    if (content.empty()) return;
    json::object item{{"type", "message"}, {"role", "assistant"}, {"content", std::move(content)}};
    if (same && first) {
      put(item, "id", json::value(message.id));
      merge(item, std::move(message.extras));
    }
    first = false;
    input.push_back(std::move(item));
  };
  for (Part& part : message.parts) {
    if (ToolCall* const call = std::get_if<ToolCall>(&part.body)) {
      flush();
      if (!same) call->id = portable_id(call->id);
      json::object item = call->type.empty() ? call_item({}, *call) : client_call_item({}, *call);
      item.erase("status");
      if (same) merge(item, std::move(part.extras));
      input.push_back(std::move(item));
    } else if (const Reasoning* const reasoning = std::get_if<Reasoning>(&part.body)) {
      flush();
      if (part.signature.origin != protocols::openai_responses) {
        fidelity.lost("reasoning", part.signature.empty() ? "it is not signed" : "it was signed by a provider of another protocol");
        continue;
      }
      json::object item = reasoning_item(part.signature.id, reasoning->sections, part.signature);
      // Thoughts that may be shown have no encrypted form; what is shown of encrypted ones is a summary.
      if (!reasoning->summary && !reasoning->sections.empty() && part.signature.empty()) {
        item["content"] = json::array();
        for (const std::string& section : reasoning->sections)
          item["content"].get_array().push_back({{"type", "reasoning_text"}, {"text", section}});
        item["summary"] = json::array();
      }
      if (same) merge(item, std::move(part.extras));
      input.push_back(std::move(item));
    } else if (Opaque* const opaque = std::get_if<Opaque>(&part.body); opaque != nullptr && same) {
      flush();
      input.push_back(std::move(opaque->raw));
    } else {
      texts.push_back(std::move(part));
    }
  }
  flush();
}

void encode_messages(ModelRequest& request, json::object& body, Fidelity& fidelity) {
  const bool same = request.origin == protocols::openai_responses;
  json::array input;
  std::string instructions;
  bool leading = true;
  for (Message& message : request.messages) {
    if (!same) fidelity.leftovers("message", message.extras);
    if (!message.name.empty()) fidelity.lost("message.name", "Responses has no names of speakers");
    const bool instructs = message.role == Role::system || message.role == Role::developer;
    if (instructs && leading && (message.instructions || !same)) {
      for (const Part& part : message.parts) {
        if (const Text* const text = std::get_if<Text>(&part.body))
          instructions.append(instructions.empty() ? "" : "\n\n").append(text->text);
        if (!part.cache.is_null()) fidelity.lost("cache_control", "the provider caches by itself, if at all");
      }
      continue;
    }
    leading = false;
    if (message.role == Role::assistant) {
      encode_assistant(message, same, input, fidelity);
    } else if (message.role == Role::tool) {
      for (Part& part : message.parts) {
        if (std::holds_alternative<ToolResult>(part.body))
          encode_result(part, same, input, fidelity);
        else if (Opaque* const opaque = std::get_if<Opaque>(&part.body); opaque != nullptr && same)
          input.push_back(std::move(opaque->raw));
      }
    } else {
      json::array content = encode_content(message.parts, false, same, fidelity);
      if (content.empty()) continue;
      json::object item{{"type", "message"},
                        {"role", message.role == Role::user     ? "user"
                                 : message.role == Role::system ? "system"
                                                                : "developer"},
                        {"content", std::move(content)}};
      if (same) {
        put(item, "id", json::value(message.id));
        merge(item, std::move(message.extras));
      }
      input.push_back(std::move(item));
    }
  }
  put(body, "instructions", json::value(instructions));
  body["input"] = std::move(input);
}

void encode_text(ModelRequest& request, json::object& body) {
  json::object text;
  Format& format = request.format;
  if (format.kind == Format::Kind::text) text["format"] = {{"type", "text"}};
  if (format.kind == Format::Kind::json) text["format"] = {{"type", "json_object"}};
  if (format.kind == Format::Kind::schema) {
    json::object schema{{"type", "json_schema"}, {"name", format.name.empty() ? "answer" : format.name}};
    put(schema, "description", json::value(format.description));
    put(schema, "schema", std::move(format.schema));
    if (format.strict) schema["strict"] = *format.strict;
    text["format"] = std::move(schema);
  }
  put(text, "verbosity", json::value(request.verbosity));
  if (!text.empty()) body["text"] = std::move(text);
}

bool has_own_reasoning(const ModelRequest& request) {
  for (const Message& message : request.messages)
    for (const Part& part : message.parts)
      if (std::holds_alternative<Reasoning>(part.body) && part.signature.origin == protocols::openai_responses) return true;
  return false;
}

/// A client of another protocol could not have asked for thoughts that it can bring back, but needs them.
void encode_include(const ModelRequest& request, bool own_reasoning, json::object& body) {
  const bool same = request.origin == protocols::openai_responses;
  const bool foreign = !same && (own_reasoning || (request.thinking.said() && !request.thinking.off()));
  json::array include;
  if (foreign || request.sealed_thoughts) include.push_back(json::value(wants_sealed_thoughts));
  if (request.logprobs == true) include.push_back(json::value(wants_logprobs));
  if (const json::value* const others = request.extras.if_contains("include"); same && others != nullptr && others->is_array())
    for (const json::value& one : others->get_array()) include.push_back(one);
  if (!include.empty()) body["include"] = std::move(include);
}

void encode_foreign_defaults(const ModelRequest& request, json::object& body, Fidelity& fidelity) {
  body["store"] = request.store.value_or(false);
  const auto none = [&fidelity](std::string_view name, bool said) {
    if (said) fidelity.lost(name, "Responses has no such parameter");
  };
  none("stop", !request.stop.empty());
  none("n", request.choices && *request.choices > 1);
  none("seed", !request.seed.is_null());
  none("top_k", !request.top_k.is_null());
  none("frequency_penalty", !request.frequency_penalty.is_null());
  none("presence_penalty", !request.presence_penalty.is_null());
  none("logit_bias", !request.logit_bias.is_null());
}

}  // namespace

json::value encode_request(ModelRequest& request, const Settings&, Fidelity& fidelity) {
  const bool same = request.origin == protocols::openai_responses;
  json::object body{{"model", request.model}};
  const bool own_reasoning = has_own_reasoning(request);
  encode_messages(request, body, fidelity);
  encode_tools(request, body, fidelity);
  encode_text(request, body);
  json::object reasoning;
  if (!request.thinking.effort.empty())
    reasoning["effort"] = request.thinking.effort;
  else if (request.thinking.budget)
    reasoning["effort"] = effort_of(*request.thinking.budget);
  if (!request.thinking.summary.empty())
    reasoning["summary"] = request.thinking.summary;
  else if (!same && request.thinking.said() && !request.thinking.off() && request.thinking.visible != false)
    reasoning["summary"] = "auto";
  if (!reasoning.empty()) body["reasoning"] = std::move(reasoning);
  if (request.max_tokens) body["max_output_tokens"] = *request.max_tokens;
  put(body, "temperature", request.temperature);
  put(body, "top_p", request.top_p);
  put(body, "top_logprobs", request.top_logprobs);
  if (request.metadata.is_object()) body["metadata"] = std::move(request.metadata);
  put(body, "user", json::value(request.user));
  put(body, "safety_identifier", json::value(request.safety_identifier));
  put(body, "service_tier", json::value(request.service_tier));
  put(body, "prompt_cache_key", json::value(request.prompt_cache_key));
  put(body, "previous_response_id", json::value(request.previous_response_id));
  if (request.stream) body["stream"] = true;
  encode_include(request, own_reasoning, body);
  if (same) {
    if (request.store) body["store"] = *request.store;
    merge(body, std::move(request.extras));
  } else {
    encode_foreign_defaults(request, body, fidelity);
    fidelity.leftovers("", request.extras);
  }
  return body;
}

}  // namespace patchbay::conversion::responses
