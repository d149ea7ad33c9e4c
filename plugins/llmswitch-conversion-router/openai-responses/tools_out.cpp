#include "hub/json_text.hpp"
#include "openai-responses/responses.hpp"

namespace patchbay::conversion::responses {

namespace {

json::array array_of(const std::vector<std::string>& texts) { return json::array(texts.begin(), texts.end()); }

json::object encode_web_search(Builtin& tool) {
  json::object encoded{{"type", "web_search"}};
  if (!tool.allowed_domains.empty()) encoded["filters"] = {{"allowed_domains", array_of(tool.allowed_domains)}};
  if (!tool.location.empty()) {
    json::object location{{"type", "approximate"}};
    merge(location, std::move(tool.location));
    encoded["user_location"] = std::move(location);
  }
  put(encoded, "search_context_size", json::value(tool.context_size));
  return encoded;
}

/// Whoever declared the server elsewhere was not going to be asked.
json::object encode_mcp(const Builtin& tool) {
  json::object encoded{{"type", "mcp"}, {"server_label", tool.label}, {"server_url", tool.url}, {"require_approval", "never"}};
  put(encoded, "authorization", json::value(tool.token));
  if (!tool.allowed_tools.empty()) encoded["allowed_tools"] = array_of(tool.allowed_tools);
  return encoded;
}

/// The provider's own tool that does the same; empty if there is none.
json::object encode_builtin(Tool& tool, Fidelity& fidelity) {
  Builtin& builtin = tool.builtin;
  json::object encoded;
  switch (builtin.kind) {
    case Builtin::Kind::web_search:
      report_options(builtin, tool.type, {"allowed_domains", "user_location", "search_context_size"}, fidelity);
      return encode_web_search(builtin);
    case Builtin::Kind::code_execution:
      report_options(builtin, tool.type, {}, fidelity);
      return {{"type", "code_interpreter"}, {"container", {{"type", "auto"}}}};
    case Builtin::Kind::mcp: report_options(builtin, tool.type, {}, fidelity); return encode_mcp(builtin);
    default: report_tool(tool, "a built-in tool of another provider", fidelity); return {};
  }
}

json::object encode_own(Tool& tool, bool same, Fidelity& fidelity) {
  const bool custom = tool.kind == Tool::Kind::custom;
  json::object encoded{{"type", custom ? "custom" : "function"}, {"name", tool.name}};
  put(encoded, "description", json::value(tool.description));
  if (custom) {
    put(encoded, "format", std::move(tool.raw));
  } else {
    encoded["parameters"] =
        tool.parameters.is_null() ? json::value{{"type", "object"}, {"properties", json::object()}} : std::move(tool.parameters);
    if (tool.strict)
      encoded["strict"] = *tool.strict;
    else if (!same)
      encoded["strict"] = false;  // the API's default is true, everybody else's is not
  }
  if (same)
    merge(encoded, std::move(tool.extras));
  else
    fidelity.leftovers("tools", tool.extras);
  return encoded;
}

/// A function of a namespace stands in it, with those before it that are of the same one.
void add_to_namespace(const Tool& tool, json::object&& encoded, json::array& tools) {
  json::object* const last = tools.empty() ? nullptr : tools.back().if_object();
  if (last == nullptr || string_at(*last, "type") != "namespace" || string_at(*last, "name") != tool.space) {
    json::object space{{"type", "namespace"}, {"name", tool.space}};
    put(space, "description", json::value(tool.space_description));
    space["tools"] = json::array{std::move(encoded)};
    tools.push_back(std::move(space));
    return;
  }
  (*last)["tools"].get_array().push_back(std::move(encoded));
}

json::value encode_choice(const ModelRequest& request) {
  const ToolChoice& choice = request.tool_choice;
  const auto type_of = [&request](const std::string& name) -> std::string {
    for (const Tool& tool : request.tools)
      if (tool.name == name) return tool.kind == Tool::Kind::custom ? "custom" : "function";
    return "function";
  };
  const std::string_view mode = choice.mode == ToolChoice::Mode::none       ? "none"
                                : choice.mode == ToolChoice::Mode::required ? "required"
                                                                            : "auto";
  if (choice.mode == ToolChoice::Mode::named) return {{"type", type_of(choice.name)}, {"name", choice.name}};
  if (choice.allowed.empty()) return json::value(mode);
  json::array allowed;
  for (const std::string& name : choice.allowed) allowed.push_back({{"type", type_of(name)}, {"name", name}});
  return {{"type", "allowed_tools"}, {"mode", mode}, {"tools", std::move(allowed)}};
}

}  // namespace

void encode_tools(ModelRequest& request, json::object& body, Fidelity& fidelity) {
  const bool same = request.origin == protocols::openai_responses;
  const Tool* const forced = forced_builtin(request);
  json::value forced_type;
  json::array tools;
  for (Tool& tool : request.tools) {
    if (!tool.cache.is_null()) fidelity.lost("cache_control", "the provider caches by itself, if at all");
    json::object encoded;
    if (same && tool.raw.is_object() && tool.kind != Tool::Kind::custom)
      encoded = std::move(tool.raw.get_object());
    else if (tool.kind == Tool::Kind::builtin)
      encoded = encode_builtin(tool, fidelity);
    else
      encoded = encode_own(tool, same, fidelity);
    if (encoded.empty()) continue;
    if (&tool == forced) forced_type = encoded["type"];
    if (tool.space.empty())
      tools.push_back(std::move(encoded));
    else
      add_to_namespace(tool, std::move(encoded), tools);
  }
  const bool any = !tools.empty();
  if (any) body["tools"] = std::move(tools);
  if (request.parallel_tool_calls) body["parallel_tool_calls"] = *request.parallel_tool_calls;
  if (request.tool_choice.mode == ToolChoice::Mode::unsaid || (!any && !same)) return;
  if (forced == nullptr)
    body["tool_choice"] = encode_choice(request);
  else if (forced_type.is_string())
    body["tool_choice"] = {{"type", std::move(forced_type)}};
  else
    fidelity.lost("tool_choice", "it forces a tool that the provider does not have");
}

}  // namespace patchbay::conversion::responses
