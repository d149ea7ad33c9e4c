#include "anthropic-messages/anthropic.hpp"
#include "hub/json_text.hpp"

namespace patchbay::conversion::anthropic {

namespace {

// The first version of each tool that current and older models take, and the beta feature that it wants
// (https://docs.anthropic.com/en/api/beta-headers).
constexpr std::string_view web_search_type = "web_search_20250305";
constexpr std::string_view web_fetch_type = "web_fetch_20250910";
constexpr std::string_view web_fetch_beta = "web-fetch-2025-09-10";
constexpr std::string_view code_execution_type = "code_execution_20250825";
constexpr std::string_view code_execution_beta = "code-execution-2025-08-25";
constexpr std::string_view mcp_beta = "mcp-client-2025-11-20";
constexpr std::string_view beta_header = "anthropic-beta";

void put_domains(Builtin& tool, json::object& encoded) {
  if (tool.max_uses) encoded["max_uses"] = *tool.max_uses;
  if (!tool.allowed_domains.empty()) encoded["allowed_domains"] = json::array(tool.allowed_domains.begin(), tool.allowed_domains.end());
  if (!tool.blocked_domains.empty()) encoded["blocked_domains"] = json::array(tool.blocked_domains.begin(), tool.blocked_domains.end());
}

json::object encode_web_search(Builtin& tool) {
  json::object encoded{{"type", web_search_type}, {"name", "web_search"}};
  put_domains(tool, encoded);
  if (!tool.location.empty()) {
    json::object location{{"type", "approximate"}};
    merge(location, std::move(tool.location));
    encoded["user_location"] = std::move(location);
  }
  return encoded;
}

json::object encode_toolset(const Builtin& tool) {
  json::object encoded{{"type", "mcp_toolset"}, {"mcp_server_name", tool.label}};
  if (tool.allowed_tools.empty()) return encoded;
  json::object configs;
  for (const std::string& name : tool.allowed_tools) configs[name] = {{"enabled", true}};
  encoded["default_config"] = {{"enabled", false}};
  encoded["configs"] = std::move(configs);
  return encoded;
}

json::object encode_server(const Builtin& tool) {
  json::object server{{"type", "url"}, {"url", tool.url}, {"name", tool.label}};
  put(server, "authorization_token", json::value(tool.token));
  return server;
}

/// The provider's own tool that does the same; empty if there is none.
json::object encode_builtin(Tool& tool, ModelRequest& request, json::array& servers, Fidelity& fidelity) {
  Builtin& builtin = tool.builtin;
  switch (builtin.kind) {
    case Builtin::Kind::web_search:
      report_options(builtin, tool.type, {"allowed_domains", "blocked_domains", "user_location", "max_uses"}, fidelity);
      return encode_web_search(builtin);
    case Builtin::Kind::web_fetch: {
      report_options(builtin, tool.type, {"allowed_domains", "blocked_domains", "max_uses"}, fidelity);
      request.headers.add(beta_header, web_fetch_beta);
      json::object encoded{{"type", web_fetch_type}, {"name", "web_fetch"}};
      put_domains(builtin, encoded);
      return encoded;
    }
    case Builtin::Kind::code_execution:
      report_options(builtin, tool.type, {}, fidelity);
      request.headers.add(beta_header, code_execution_beta);
      return {{"type", code_execution_type}, {"name", "code_execution"}};
    case Builtin::Kind::mcp:
      if (builtin.asks || builtin.url.empty()) {
        report_tool(tool, builtin.asks ? "Messages does not ask before it calls a tool" : "Messages wants the address of the server",
                    fidelity);
        return {};
      }
      report_options(builtin, tool.type, {}, fidelity);
      request.headers.add(beta_header, mcp_beta);
      servers.push_back(encode_server(builtin));
      return encode_toolset(builtin);
    case Builtin::Kind::vendor: break;
  }
  report_tool(tool, "a built-in tool of another provider", fidelity);
  return {};
}

json::object encode_own(Tool& tool, bool same, Fidelity& fidelity) {
  json::object encoded{{"name", tool.name}};
  put(encoded, "description", json::value(tool.description));
  encoded["input_schema"] =
      tool.parameters.is_object() ? std::move(tool.parameters) : json::value{{"type", "object"}, {"properties", json::object()}};
  if (!encoded["input_schema"].get_object().contains("type")) encoded["input_schema"].get_object()["type"] = "object";
  if (tool.strict && (same || *tool.strict)) encoded["strict"] = *tool.strict;
  if (same)
    merge(encoded, std::move(tool.extras));
  else
    fidelity.leftovers("tools", tool.extras);
  return encoded;
}

void encode_choice(const ModelRequest& request, const std::string& forced, json::object& body, Fidelity& fidelity) {
  const ToolChoice& choice = request.tool_choice;
  json::object encoded;
  switch (choice.mode) {
    case ToolChoice::Mode::unsaid: break;
    case ToolChoice::Mode::automatic: encoded["type"] = "auto"; break;
    case ToolChoice::Mode::none: encoded["type"] = "none"; break;
    case ToolChoice::Mode::required: encoded["type"] = "any"; break;
    case ToolChoice::Mode::named:
      if (forced.empty())
        fidelity.lost("tool_choice", "it forces a tool that the provider does not have");
      else
        encoded = {{"type", "tool"}, {"name", forced}};
      break;
  }
  if (!choice.allowed.empty()) fidelity.lost("tool_choice.allowed_tools", "Messages cannot restrict the choice to some tools");
  if (request.parallel_tool_calls && choice.mode != ToolChoice::Mode::none) {
    if (encoded.empty()) encoded["type"] = "auto";
    encoded["disable_parallel_tool_use"] = !*request.parallel_tool_calls;
  }
  if (!encoded.empty()) body["tool_choice"] = std::move(encoded);
}

}  // namespace

void encode_tools(ModelRequest& request, json::object& body, Fidelity& fidelity) {
  const bool same = request.origin == protocols::anthropic_messages;
  const Tool* const forced = forced_builtin(request);
  std::string forced_name = forced != nullptr ? std::string() : request.tool_choice.name;
  json::array tools;
  json::array servers;
  for (Tool& tool : request.tools) {
    json::object one;
    if (same && tool.builtin.server.is_object()) servers.push_back(std::move(tool.builtin.server));
    if (same && tool.raw.is_object())
      one = std::move(tool.raw.get_object());
    else if (tool.kind == Tool::Kind::builtin && !same)
      one = encode_builtin(tool, request, servers, fidelity);
    else if (tool.kind != Tool::Kind::builtin)
      one = encode_own(tool, same, fidelity);
    if (one.empty()) continue;
    if (&tool == forced) forced_name = string_at(one, "name");
    if (!tool.cache.is_null()) one["cache_control"] = std::move(tool.cache);
    tools.push_back(std::move(one));
  }
  const bool any = !tools.empty();
  if (any) body["tools"] = std::move(tools);
  if (!servers.empty()) body["mcp_servers"] = std::move(servers);
  if (any || same) encode_choice(request, forced_name, body, fidelity);
}

}  // namespace patchbay::conversion::anthropic
