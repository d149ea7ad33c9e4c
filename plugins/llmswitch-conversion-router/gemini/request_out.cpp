#include "gemini/gemini.hpp"
#include "hub/json_text.hpp"
#include "hub/media.hpp"

namespace patchbay::conversion::gemini {

namespace {

constexpr std::string_view generation_prefix = "generationConfig.";

json::object encode_media(const Media& media, Fidelity& fidelity) {
  if (media.source == Media::Source::text) return {{"text", media.data}};
  if (!media.detail.empty() && media.detail != "auto") fidelity.lost("image.detail", "Gemini has no such field");
  if (media.source == Media::Source::base64) {
    json::object data{{"mimeType", mime_of(media)}, {"data", media.data}};
    put(data, "displayName", json::value(media.name));
    return {{"inlineData", std::move(data)}};
  }
  if (media.source == Media::Source::file_id) {
    fidelity.lost("file_id", "the file is stored with another provider");
    return {};
  }
  return {{"fileData", {{"mimeType", mime_of(media)}, {"fileUri", media.data}}}};
}

json::object encode_result(ToolResult& result, bool same, Fidelity& fidelity) {
  std::string text;
  json::array media;
  for (Part& part : result.content) {
    if (const Text* const one = std::get_if<Text>(&part.body))
      text.append(text.empty() ? "" : "\n").append(one->text);
    else if (json::object encoded = encode_part(part, same, fidelity); !encoded.empty())
      media.push_back(std::move(encoded));
  }
  json::value answer = text.starts_with('{') ? arguments_value(text) : json::value();
  json::object response;
  if (result.is_error)
    response["error"] = text;
  else if (answer.is_object())
    response = std::move(answer.get_object());
  else
    response["output"] = text;
  json::object function{{"name", result.name.empty() ? "tool" : result.name}, {"response", std::move(response)}};
  if (same && !result.call_id.starts_with("call_")) put(function, "id", json::value(result.call_id));
  if (!media.empty()) function["parts"] = std::move(media);
  return {{"functionResponse", std::move(function)}};
}

json::object encode_body(Part& part, bool same, Fidelity& fidelity) {
  if (Text* const text = std::get_if<Text>(&part.body)) return {{"text", std::move(text->text)}};
  if (const Media* const media = std::get_if<Media>(&part.body)) return encode_media(*media, fidelity);
  if (const ToolCall* const call = std::get_if<ToolCall>(&part.body)) {
    json::value arguments = arguments_value(call->arguments);
    if (!arguments.is_object()) arguments = json::object{{"input", std::move(arguments)}};
    json::object function{{"name", call->name}, {"args", std::move(arguments)}};
    if (same && !call->id.starts_with("call_")) put(function, "id", json::value(call->id));
    return {{"functionCall", std::move(function)}};
  }
  if (ToolResult* const result = std::get_if<ToolResult>(&part.body)) return encode_result(*result, same, fidelity);
  if (const Reasoning* const reasoning = std::get_if<Reasoning>(&part.body)) {
    if (part.signature.origin != protocols::gemini && !same) {
      fidelity.lost("reasoning", "it is not Gemini's own");
      return {};
    }
    return {{"text", text_of(*reasoning, "")}, {"thought", true}};
  }
  if (const Refusal* const refusal = std::get_if<Refusal>(&part.body)) return {{"text", refusal->text}};
  Opaque& opaque = std::get<Opaque>(part.body);
  if (same && opaque.raw.is_object()) return std::move(opaque.raw.get_object());
  fidelity.lost(opaque.type, "no counterpart");
  return {};
}

void append_turn(json::array& turns, std::string_view role, json::array&& parts, json::object&& extras) {
  if (parts.empty()) return;
  if (!turns.empty() && says(turns.back().get_object().at("role"), role)) {
    json::array& before = turns.back().get_object().at("parts").get_array();
    for (json::value& part : parts) before.push_back(std::move(part));
    return;
  }
  json::object turn{{"role", role}, {"parts", std::move(parts)}};
  merge(turn, std::move(extras));
  turns.push_back(std::move(turn));
}

void encode_messages(ModelRequest& request, json::object& body, Fidelity& fidelity) {
  const bool same = request.origin == protocols::gemini;
  json::array system;
  json::array turns;
  bool leading = true;
  for (Message& message : request.messages) {
    if (!same) fidelity.leftovers("message", message.extras);
    if (!message.name.empty()) fidelity.lost("message.name", "Gemini has no names of speakers");
    json::array parts;
    for (Part& part : message.parts)
      if (json::object encoded = encode_part(part, same, fidelity); !encoded.empty()) parts.push_back(std::move(encoded));
    const bool instructs = message.role == Role::system || message.role == Role::developer;
    if (instructs && leading) {
      for (json::value& part : parts) system.push_back(std::move(part));
      continue;
    }
    leading = false;
    if (instructs) fidelity.lost("system message after the first turn", "sent as a turn of the user");
    append_turn(turns, message.role == Role::assistant ? "model" : "user", std::move(parts),
                same ? std::move(message.extras) : json::object());
  }
  if (!system.empty()) body["systemInstruction"] = {{"parts", std::move(system)}};
  body["contents"] = std::move(turns);
}

/// The provider's own tool that does the same; empty if there is none.
json::object encode_builtin(const Tool& tool, Fidelity& fidelity) {
  const Builtin::Kind kind = tool.builtin.kind;
  if (kind == Builtin::Kind::vendor || kind == Builtin::Kind::mcp) {
    report_tool(tool, "a built-in tool of another provider", fidelity);
    return {};
  }
  report_options(tool.builtin, tool.type, {}, fidelity);
  return {{kind == Builtin::Kind::web_search  ? "googleSearch"
           : kind == Builtin::Kind::web_fetch ? "urlContext"
                                              : "codeExecution",
           json::object()}};
}

json::object encode_function(Tool& tool, bool same, Fidelity& fidelity) {
  json::object function{{"name", tool.name}};
  put(function, "description", json::value(tool.description));
  if (tool.parameters.is_object() && !tool.parameters.get_object().empty()) {
    json::value subset = to_subset(tool.parameters);
    if (subset.is_null())
      function["parametersJsonSchema"] = std::move(tool.parameters);
    else
      function["parameters"] = std::move(subset);
  }
  if (tool.strict == true) fidelity.lost("tools.strict", "Gemini has no such flag");
  if (same)
    merge(function, std::move(tool.extras));
  else
    fidelity.leftovers("tools", tool.extras);
  return function;
}

json::object encode_choice(const ToolChoice& choice) {
  const bool names = choice.mode == ToolChoice::Mode::named || !choice.allowed.empty();
  json::object calling{{"mode", choice.mode == ToolChoice::Mode::none                                                 ? "NONE"
                                : choice.mode == ToolChoice::Mode::required || choice.mode == ToolChoice::Mode::named ? "ANY"
                                : names                                                                               ? "VALIDATED"
                                                                                                                      : "AUTO"}};
  if (choice.mode == ToolChoice::Mode::named)
    calling["allowedFunctionNames"] = json::array{choice.name};
  else if (names)
    calling["allowedFunctionNames"] = json::array(choice.allowed.begin(), choice.allowed.end());
  return calling;
}

void encode_tools(ModelRequest& request, const Settings& settings, json::object& body, Fidelity& fidelity) {
  const bool same = request.origin == protocols::gemini;
  json::array functions;
  json::array tools;
  for (Tool& tool : request.tools) {
    if (!tool.cache.is_null()) fidelity.lost("cache_control", "the provider caches by itself, if at all");
    if (tool.kind != Tool::Kind::builtin) functions.push_back(encode_function(tool, same, fidelity));
  }
  const bool any = !functions.empty();
  bool mixed = false;  // models of before Gemini 3 take functions or server tools, not both
  for (Tool& tool : request.tools) {
    if (tool.kind != Tool::Kind::builtin) continue;
    if (same) {
      tools.push_back(std::move(tool.raw));
    } else if (any && !settings.gemini_mixed_tools) {
      report_tool(tool, "the model takes no server tools beside functions", fidelity);
    } else if (json::object encoded = encode_builtin(tool, fidelity); !encoded.empty()) {
      mixed = any;
      tools.push_back(std::move(encoded));
    }
  }
  if (any) tools.insert(tools.begin(), json::value(json::object{{"functionDeclarations", std::move(functions)}}));
  if (!tools.empty()) body["tools"] = std::move(tools);
  if (request.parallel_tool_calls == false) fidelity.lost("parallel_tool_calls", "Gemini decides by itself");
  json::object config;
  if (forced_builtin(request) != nullptr)
    fidelity.lost("tool_choice", "Gemini cannot be forced to use a server tool");
  else if (request.tool_choice.mode != ToolChoice::Mode::unsaid && (any || same))
    config["functionCallingConfig"] = encode_choice(request.tool_choice);
  if (mixed) config["includeServerSideToolInvocations"] = true;
  if (!config.empty()) body["toolConfig"] = std::move(config);
}

json::object encode_thinking(const Thinking& thinking, bool same) {
  json::object config;
  if (thinking.visible)
    config["includeThoughts"] = *thinking.visible;
  else if (!same && thinking.said() && !thinking.off())
    config["includeThoughts"] = true;
  if (same && !thinking.effort.empty())
    config["thinkingLevel"] = thinking.effort;
  else if (thinking.budget)
    config["thinkingBudget"] = *thinking.budget;
  else if (!thinking.effort.empty())
    config["thinkingBudget"] = budget_of(thinking.effort);
  return config;
}

json::object encode_generation(ModelRequest& request, Fidelity& fidelity) {
  const bool same = request.origin == protocols::gemini;
  json::object config;
  put(config, "temperature", request.temperature);
  put(config, "topP", request.top_p);
  put(config, "topK", request.top_k);
  put(config, "seed", request.seed);
  put(config, "frequencyPenalty", request.frequency_penalty);
  put(config, "presencePenalty", request.presence_penalty);
  put(config, "responseLogprobs", request.logprobs.is_null() && !request.top_logprobs.is_null() ? json::value(true) : request.logprobs);
  put(config, "logprobs", request.top_logprobs);
  if (request.max_tokens) config["maxOutputTokens"] = *request.max_tokens;
  if (request.choices) config["candidateCount"] = *request.choices;
  if (!request.stop.empty()) config["stopSequences"] = json::array(request.stop.begin(), request.stop.end());
  Format& format = request.format;
  if (format.kind == Format::Kind::json || format.kind == Format::Kind::schema) config["responseMimeType"] = "application/json";
  if (format.kind == Format::Kind::text && same) config["responseMimeType"] = "text/plain";
  if (format.kind == Format::Kind::schema && !format.schema.is_null()) {
    json::value subset = to_subset(format.schema);
    if (subset.is_null())
      config["responseJsonSchema"] = std::move(format.schema);
    else
      config["responseSchema"] = std::move(subset);
  }
  if (json::object thinking = encode_thinking(request.thinking, same); !thinking.empty()) config["thinkingConfig"] = std::move(thinking);
  if (!request.logit_bias.is_null()) fidelity.lost("logit_bias", "Gemini has no such parameter");
  if (!request.verbosity.empty()) fidelity.lost("verbosity", "Gemini has no such parameter");
  return config;
}

}  // namespace

json::object encode_part(Part& part, bool same, Fidelity& fidelity) {
  json::object encoded = encode_body(part, same, fidelity);
  if (encoded.empty()) return encoded;
  if (part.signature.origin == protocols::gemini || (same && !part.signature.empty())) encoded["thoughtSignature"] = wrap(part.signature);
  if (!part.cache.is_null()) fidelity.lost("cache_control", "the provider caches by itself, if at all");
  if (same)
    merge(encoded, std::move(part.extras));
  else
    fidelity.leftovers("content", part.extras);
  return encoded;
}

json::value encode_request(ModelRequest& request, const Settings& settings, Fidelity& fidelity) {
  const bool same = request.origin == protocols::gemini;
  json::object body;
  encode_messages(request, body, fidelity);
  encode_tools(request, settings, body, fidelity);
  json::object generation = encode_generation(request, fidelity);
  if (same) {
    for (auto& field : request.extras) {
      const std::string_view key = field.key();
      if (key.starts_with(generation_prefix))
        generation[key.substr(generation_prefix.size())] = std::move(field.value());
      else
        body[key] = std::move(field.value());
    }
  } else {
    fidelity.leftovers("", request.extras);
    const auto none = [&fidelity](std::string_view name, bool said) {
      if (said) fidelity.lost(name, "Gemini has no such parameter");
    };
    none("metadata", !request.metadata.is_null());
    none("user", !request.user.empty());
    none("safety_identifier", !request.safety_identifier.empty());
    none("service_tier", !request.service_tier.empty() && request.service_tier != "auto");
    none("prompt_cache_key", !request.prompt_cache_key.empty());
    none("store", request.store == true);
    if (!request.previous_response_id.empty()) fidelity.lost("previous_response_id", "the gateway does not know that response");
  }
  if (request.count_only) {
    // Only generateContentRequest may carry tools and instructions, and then it names the model.
    body["model"] = "models/" + request.model;
    return {{"generateContentRequest", std::move(body)}};
  }
  if (!generation.empty()) body["generationConfig"] = std::move(generation);
  return body;
}

}  // namespace patchbay::conversion::gemini
