#include <algorithm>

#include "hub/json_text.hpp"
#include "ollama-chat/ollama.hpp"

namespace patchbay::conversion::ollama {

namespace {

/// Which tools a choice leaves: the model cannot call what it does not know of.
bool is_allowed(const Tool& tool, const ToolChoice& choice) {
  if (choice.mode == ToolChoice::Mode::none) return false;
  if (choice.mode == ToolChoice::Mode::named) return tool.name == choice.name;
  return choice.allowed.empty() || std::find(choice.allowed.begin(), choice.allowed.end(), tool.name) != choice.allowed.end();
}

void encode_tools(ModelRequest& request, json::object& body, Fidelity& fidelity) {
  const bool same = request.origin == protocol;
  json::array tools;
  for (Tool& tool : request.tools) {
    if (!tool.cache.is_null()) fidelity.lost("cache_control", "Ollama caches by itself");
    if (tool.kind == Tool::Kind::builtin) {
      report_tool(tool, "Ollama has none of its own", fidelity);
      continue;
    }
    if (!is_allowed(tool, request.tool_choice)) continue;
    json::object function{{"name", tool.name}};
    put(function, "description", json::value(tool.description));
    function["parameters"] =
        tool.parameters.is_null() ? json::value{{"type", "object"}, {"properties", json::object()}} : std::move(tool.parameters);
    if (tool.strict == true) fidelity.lost("tools.strict", "Ollama has no such flag");
    if (same)
      merge(function, std::move(tool.extras));
    else
      fidelity.leftovers("tools", tool.extras);
    tools.push_back({{"type", "function"}, {"function", std::move(function)}});
  }
  if (!tools.empty()) body["tools"] = std::move(tools);
  const ToolChoice::Mode mode = request.tool_choice.mode;
  if (mode == ToolChoice::Mode::required || mode == ToolChoice::Mode::named)
    fidelity.lost("tool_choice", "Ollama cannot make a model call a tool");
  if (request.parallel_tool_calls == false) fidelity.lost("parallel_tool_calls", "Ollama decides by itself");
}

json::object encode_options(ModelRequest& request) {
  json::object options;
  put(options, "temperature", request.temperature);
  put(options, "top_p", request.top_p);
  put(options, "top_k", request.top_k);
  put(options, "seed", request.seed);
  put(options, "frequency_penalty", request.frequency_penalty);
  put(options, "presence_penalty", request.presence_penalty);
  if (request.max_tokens) options["num_predict"] = *request.max_tokens;
  if (!request.stop.empty()) options["stop"] = json::array(request.stop.begin(), request.stop.end());
  return options;
}

json::value encode_think(const Thinking& thinking) {
  if (thinking.off()) return false;
  if (thinking.effort.empty()) return thinking.budget ? json::value(true) : json::value();
  if (thinking.effort == "minimal") return "low";
  return thinking.effort == "xhigh" ? json::value("max") : json::value(thinking.effort);
}

void report_rest(const ModelRequest& request, Fidelity& fidelity) {
  const auto none = [&fidelity](std::string_view name, bool said) {
    if (said) fidelity.lost(name, "Ollama has no such parameter");
  };
  none("n", request.choices && *request.choices > 1);
  none("logit_bias", !request.logit_bias.is_null());
  none("verbosity", !request.verbosity.empty());
  none("metadata", !request.metadata.is_null());
  none("user", !request.user.empty());
  none("safety_identifier", !request.safety_identifier.empty());
  none("service_tier", !request.service_tier.empty() && request.service_tier != "auto");
  none("prompt_cache_key", !request.prompt_cache_key.empty());
  none("store", request.store == true);
  if (!request.previous_response_id.empty()) fidelity.lost("previous_response_id", "the gateway does not know that response");
  fidelity.leftovers("", request.extras);
}

}  // namespace

json::value encode_request(ModelRequest& request, Fidelity& fidelity) {
  const bool same = request.origin == protocol;
  json::object body{{"model", request.model}};
  body["messages"] = encode_messages(request.messages, same, fidelity);
  encode_tools(request, body, fidelity);
  if (request.format.kind == Format::Kind::json) body["format"] = "json";
  if (request.format.kind == Format::Kind::schema) body["format"] = std::move(request.format.schema);
  put(body, "think", encode_think(request.thinking));
  const bool wants_logprobs = request.logprobs.is_null() && !request.top_logprobs.is_null();
  put(body, "logprobs", wants_logprobs ? json::value(true) : request.logprobs);
  put(body, "top_logprobs", request.top_logprobs);
  json::object options = encode_options(request);
  if (same) {
    for (auto& field : request.extras) {
      const std::string_view key = field.key();
      if (key.starts_with(options_prefix))
        options[key.substr(options_prefix.size())] = std::move(field.value());
      else
        body[key] = std::move(field.value());
    }
  } else {
    report_rest(request, fidelity);
  }
  if (!options.empty()) body["options"] = std::move(options);
  body["stream"] = request.stream;  // the API's default is true
  return body;
}

}  // namespace patchbay::conversion::ollama
