#include "hub/json_text.hpp"
#include "openai-chat/chat.hpp"

namespace patchbay::conversion::chat {

namespace {

json::object named(const std::string& name, bool custom) {
  return custom ? json::object{{"type", "custom"}, {"custom", {{"name", name}}}}
                : json::object{{"type", "function"}, {"function", {{"name", name}}}};
}

json::value encode_choice(const ToolChoice& choice, const std::vector<Tool>& tools) {
  const auto is_custom = [&tools](const std::string& name) {
    for (const Tool& tool : tools)
      if (tool.name == name) return tool.kind == Tool::Kind::custom;
    return false;
  };
  const std::string_view mode = choice.mode == ToolChoice::Mode::none       ? "none"
                                : choice.mode == ToolChoice::Mode::required ? "required"
                                                                            : "auto";
  if (choice.mode == ToolChoice::Mode::named) return named(choice.name, is_custom(choice.name));
  if (choice.allowed.empty()) return json::value(mode);
  json::array allowed;
  for (const std::string& name : choice.allowed) allowed.push_back(named(name, is_custom(name)));
  return {{"type", "allowed_tools"}, {"allowed_tools", {{"mode", mode}, {"tools", std::move(allowed)}}}};
}

json::value encode_format(Format& format) {
  if (format.kind == Format::Kind::text) return {{"type", "text"}};
  if (format.kind == Format::Kind::json) return {{"type", "json_object"}};
  json::object schema{{"name", format.name.empty() ? "answer" : format.name}};
  put(schema, "description", json::value(format.description));
  put(schema, "schema", std::move(format.schema));
  if (format.strict) schema["strict"] = *format.strict;
  return {{"type", "json_schema"}, {"json_schema", std::move(schema)}};
}

json::object encode_web_search(Tool& tool, Fidelity& fidelity) {
  report_options(tool.builtin, tool.type, {"search_context_size", "user_location"}, fidelity);
  json::object options;
  put(options, "search_context_size", json::value(tool.builtin.context_size));
  if (!tool.builtin.location.empty())
    options["user_location"] = {{"type", "approximate"}, {"approximate", std::move(tool.builtin.location)}};
  return options;
}

}  // namespace

void encode_tools(ModelRequest& request, const Settings& settings, json::object& body, Fidelity& fidelity) {
  const bool same = request.origin == protocols::openai_chat;
  json::array tools;
  for (Tool& tool : request.tools) {
    json::object encoded;
    if (tool.kind == Tool::Kind::builtin && tool.builtin.kind == Builtin::Kind::web_search && (same || settings.chat_web_search)) {
      body[web_search_field] = same ? std::move(tool.raw) : json::value(encode_web_search(tool, fidelity));
      continue;
    }
    if (tool.kind == Tool::Kind::function || tool.kind == Tool::Kind::client) {
      json::object function{{"name", tool.name}};
      put(function, "description", json::value(tool.description));
      put(function, "parameters", std::move(tool.parameters));
      if (tool.strict) function["strict"] = *tool.strict;
      if (same) merge(function, std::move(tool.extras));
      encoded = {{"type", "function"}, {"function", std::move(function)}};
    } else if (tool.kind == Tool::Kind::custom) {
      json::object custom{{"name", tool.name}};
      put(custom, "description", json::value(tool.description));
      put(custom, "format", std::move(tool.raw));
      encoded = {{"type", "custom"}, {"custom", std::move(custom)}};
    } else if (same && tool.raw.is_object()) {
      encoded = std::move(tool.raw.get_object());
    } else {
      report_tool(tool, "a built-in tool of another provider", fidelity);
      continue;
    }
    if (same)
      put(encoded, "cache_control", std::move(tool.cache));
    else if (!tool.cache.is_null())
      fidelity.lost("cache_control", "the provider caches by itself, if at all");
    if (!same) fidelity.leftovers("tools", tool.extras);
    tools.push_back(std::move(encoded));
  }
  const bool any = !tools.empty();
  if (any) body["tools"] = std::move(tools);
  if (forced_builtin(request) != nullptr && !same)
    fidelity.lost("tool_choice", "it forces a tool that the provider does not have");
  else if (request.tool_choice.mode != ToolChoice::Mode::unsaid && (any || same))
    body["tool_choice"] = encode_choice(request.tool_choice, request.tools);
  if (request.parallel_tool_calls && (any || same)) body["parallel_tool_calls"] = *request.parallel_tool_calls;
}

json::value encode_request(ModelRequest& request, const Settings& settings, Fidelity& fidelity) {
  const bool same = request.origin == protocols::openai_chat;
  json::object body{{"model", request.model}};
  body["messages"] = encode_messages(request.messages, request.origin, fidelity);
  encode_tools(request, settings, body, fidelity);
  put(body, "temperature", request.temperature);
  put(body, "top_p", request.top_p);
  if (same)
    put(body, "top_k", request.top_k);
  else if (!request.top_k.is_null())
    fidelity.lost("top_k", "Chat Completions has no such parameter");
  put(body, "frequency_penalty", request.frequency_penalty);
  put(body, "presence_penalty", request.presence_penalty);
  put(body, "seed", request.seed);
  put(body, "logit_bias", std::move(request.logit_bias));
  put(body, "logprobs", request.logprobs.is_null() && !request.top_logprobs.is_null() ? json::value(true) : request.logprobs);
  put(body, "top_logprobs", request.top_logprobs);
  if (request.max_tokens) body[same ? "max_completion_tokens" : settings.chat_max_tokens] = *request.max_tokens;
  if (request.choices) body["n"] = *request.choices;
  if (!request.stop.empty()) body["stop"] = json::array(request.stop.begin(), request.stop.end());
  if (!request.thinking.effort.empty())
    body["reasoning_effort"] = request.thinking.effort;
  else if (request.thinking.budget)
    body["reasoning_effort"] = effort_of(*request.thinking.budget);
  if (request.format.kind != Format::Kind::unsaid) body["response_format"] = encode_format(request.format);
  if (request.metadata.is_object()) body["metadata"] = std::move(request.metadata);
  put(body, "user", json::value(request.user));
  put(body, "safety_identifier", json::value(request.safety_identifier));
  put(body, "service_tier", json::value(request.service_tier));
  put(body, "verbosity", json::value(request.verbosity));
  put(body, "prompt_cache_key", json::value(request.prompt_cache_key));
  if (request.store && same) body["store"] = *request.store;
  if (!request.previous_response_id.empty()) fidelity.lost("previous_response_id", "the gateway does not know that response");
  if (request.stream) {
    body["stream"] = true;
    if (request.include_usage || !same) body["stream_options"] = {{"include_usage", true}};
  }
  if (same)
    merge(body, std::move(request.extras));
  else
    fidelity.leftovers("", request.extras);
  return body;
}

}  // namespace patchbay::conversion::chat
