#include "openai-responses/client_tools.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "hub/json_text.hpp"

namespace patchbay::conversion::responses {

namespace {

constexpr ClientTool client_tools[] = {
    {"local_shell", "action", "exec", "Runs a command on the user's machine and returns what it prints.",
     R"({"type":"object","properties":{"command":{"type":"array","items":{"type":"string"},"description":"The program and its arguments"},"working_directory":{"type":"string"},"env":{"type":"object","additionalProperties":{"type":"string"}},"timeout_ms":{"type":"integer"},"user":{"type":"string"}},"required":["command"]})"},
    {"shell", "action", "", "Runs commands in a shell of the user's machine and returns what they print.",
     R"({"type":"object","properties":{"commands":{"type":"array","items":{"type":"string"}},"timeout_ms":{"type":"integer"},"max_output_length":{"type":"integer"}},"required":["commands"]})"},
    {"apply_patch", "operation", "",
     "Creates, changes or deletes one file. A diff is in the V4A format: lines with @@ name the place, lines that begin with '+' are "
     "added, "
     "those with '-' are removed, those with a space are context.",
     R"({"type":"object","properties":{"type":{"type":"string","enum":["create_file","update_file","delete_file"]},"path":{"type":"string"},"diff":{"type":"string","description":"Not for delete_file"}},"required":["type","path"]})"},
};

constexpr std::string_view call_ending = "_call";
constexpr std::string_view output_ending = "_call_output";

}  // namespace

const ClientTool* client_tool(std::string_view type) {
  for (const ClientTool& tool : client_tools)
    if (tool.type == type) return &tool;
  return nullptr;
}

const ClientTool* client_tool_of_call(std::string_view item) {
  return item.ends_with(call_ending) ? client_tool(item.substr(0, item.size() - call_ending.size())) : nullptr;
}

const ClientTool* client_tool_of_output(std::string_view item) {
  return item.ends_with(output_ending) ? client_tool(item.substr(0, item.size() - output_ending.size())) : nullptr;
}

bool runs_at_the_client(const json::object& tool) {
  const json::value* const environment = tool.if_contains("environment");
  return environment == nullptr || !environment->is_object() || string_at(environment->get_object(), "type") == "local";
}

Tool function_of(const ClientTool& tool) {
  Tool function;
  function.kind = Tool::Kind::client;
  function.type = tool.type;
  function.name = tool.type;
  function.description = tool.description;
  function.parameters = json::parse(tool.schema);
  return function;
}

Part decode_client_call(const ClientTool& tool, Fields& fields) {
  Part part;
  ToolCall call;
  call.id = fields.string("call_id");
  if (call.id.empty()) call.id = fields.required_string("id");
  call.name = tool.type;
  call.type = tool.type;
  if (json::object* const action = fields.object(tool.member)) {
    if (!tool.action.empty()) action->erase("type");
    call.arguments = json::serialize(*action);
  }
  part.body = std::move(call);
  part.extras = fields.rest();
  return part;
}

json::object client_call_item(std::string id, const ToolCall& call) {
  const ClientTool& tool = *client_tool(call.type);
  json::value arguments = arguments_value(call.arguments);
  json::object action;
  if (!tool.action.empty()) action["type"] = tool.action;
  if (arguments.is_object()) merge(action, std::move(arguments.get_object()));
  if (call.type == "local_shell" && !action.contains("env")) action["env"] = json::object();  // the API always says it
  json::object item;
  put(item, "id", json::value(id));
  item["type"] = std::string(tool.type) + std::string(call_ending);
  item["status"] = "completed";
  item["call_id"] = call.id;
  item[tool.member] = std::move(action);
  return item;
}

Part decode_client_output(const ClientTool& tool, Fields& fields) {
  Part part;
  ToolResult result;
  result.type = tool.type;
  result.call_id = fields.string("call_id");
  if (result.call_id.empty()) result.call_id = fields.required_string("id");
  if (const json::value* const output = fields.find("output"))
    result.content.push_back({Text{output->is_string() ? std::string(output->get_string()) : json::serialize(*output), {}}, {}, {}, {}});
  if (fields.string("status") == "failed") result.is_error = true;
  part.body = std::move(result);
  part.extras = fields.rest();
  return part;
}

json::object client_output_item(ToolResult& result, json::value&& output) {
  json::object item{{"type", result.type + std::string(output_ending)}, {"call_id", result.call_id}};
  if (result.type == "apply_patch") item["status"] = result.is_error ? "failed" : "completed";
  if (result.type == "shell" && output.is_string())
    if (json::value list = arguments_value(output.get_string()); list.is_array()) output = std::move(list);
  item["output"] = std::move(output);
  return item;
}

}  // namespace patchbay::conversion::responses
