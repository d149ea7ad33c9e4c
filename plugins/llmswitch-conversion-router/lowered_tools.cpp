#include "lowered_tools.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "hub/json_text.hpp"

namespace patchbay::conversion {

namespace {

/// A grammar cannot be enforced through a function: it is told to the model instead.
std::string description_of(const Tool& tool) {
  std::string text = tool.description;
  const json::object* const format = tool.raw.if_object();
  const json::value* const definition = format != nullptr ? format->if_contains("definition") : nullptr;
  if (format != nullptr && definition == nullptr)
    if (const json::value* const grammar = format->if_contains("grammar"); grammar != nullptr && grammar->is_object())
      return text + "\n\nThe input must follow this grammar:\n" + json::serialize(*grammar);
  if (definition != nullptr && definition->is_string())
    text.append("\n\nThe input must follow this grammar:\n").append(definition->get_string());
  return text;
}

/// A function's name with its namespace in front, as every protocol takes it.
std::string flat_name(const std::string& space, const std::string& name) { return space.empty() ? name : portable_id(space + "__" + name); }

/// The text that a lowered custom call carries.
std::string custom_input(const std::string& arguments) {
  const json::value value = arguments_value(arguments);
  if (const json::object* const object = value.if_object())
    if (const json::value* const input = object->if_contains("input"); input != nullptr && input->is_string())
      return std::string(input->get_string());
  return arguments;
}

/// A choice names a function without its namespace.
std::string chosen_name(const std::string& name, const LoweredTools& lowered, const std::vector<Tool>& tools) {
  for (const Tool& tool : tools)
    if (tool.name == name) return name;
  for (const auto& [flat, raised] : lowered)
    if (raised.name == name) return flat;
  return name;
}

void lower_calls(std::vector<Message>& messages, bool keep_custom) {
  for (Message& message : messages)
    for (Part& part : message.parts) {
      if (ToolResult* const result = std::get_if<ToolResult>(&part.body)) {
        result->custom = result->custom && keep_custom;
        result->type.clear();
      }
      ToolCall* const call = std::get_if<ToolCall>(&part.body);
      if (call == nullptr) continue;
      call->name = flat_name(std::exchange(call->space, {}), call->name);
      call->type.clear();
      if (!call->custom || keep_custom) continue;
      call->custom = false;
      call->arguments = json::serialize(json::object{{"input", call->arguments}});
    }
}

}  // namespace

LoweredTools lower_tools(ModelRequest& request, bool keep_custom) {
  LoweredTools lowered;
  for (Tool& tool : request.tools) {
    if (tool.kind == Tool::Kind::builtin) continue;
    const bool custom = tool.kind == Tool::Kind::custom && !keep_custom;
    if (!custom && tool.space.empty() && tool.kind != Tool::Kind::client) continue;
    const std::string name = flat_name(tool.space, tool.name);
    lowered[name] = {tool.name, tool.space, tool.kind == Tool::Kind::client ? tool.type : std::string(), tool.kind == Tool::Kind::custom};
    tool.name = name;
    tool.space.clear();
    if (!tool.space_description.empty()) tool.description = tool.space_description + "\n\n" + tool.description;
    if (tool.kind == Tool::Kind::client) tool.kind = Tool::Kind::function;
    if (!custom) continue;
    tool.kind = Tool::Kind::function;
    tool.description = description_of(tool);
    tool.raw = nullptr;
    tool.parameters = {{"type", "object"}, {"properties", {{"input", {{"type", "string"}}}}}, {"required", json::array{"input"}}};
  }
  lower_calls(request.messages, keep_custom);
  request.tool_choice.name = chosen_name(request.tool_choice.name, lowered, request.tools);
  for (std::string& name : request.tool_choice.allowed) name = chosen_name(name, lowered, request.tools);
  return lowered;
}

void raise(ToolCall& call, const LoweredTools& tools) {
  const auto it = tools.find(call.name);
  if (it == tools.end()) return;
  const RaisedCall& raised = it->second;
  call.name = raised.name;
  call.space = raised.space;
  call.type = raised.type;
  if (raised.custom && !std::exchange(call.custom, true)) call.arguments = custom_input(call.arguments);
}

void RaisedCalls::begin(PartBegin&& begin) {
  if (const auto it = tools_.find(begin.name); begin.kind == PartKind::tool_call && it != tools_.end()) {
    const RaisedCall& raised = it->second;
    begin.name = raised.name;
    begin.space = raised.space;
    begin.type = raised.type;
    if (raised.custom && !std::exchange(begin.custom, true)) arguments_[begin.part];
  }
  next_.begin(std::move(begin));
}

void RaisedCalls::delta(std::size_t part, std::string_view text) {
  const auto it = arguments_.find(part);
  if (it != arguments_.end())
    it->second += text;
  else
    next_.delta(part, text);
}

void RaisedCalls::end_part(std::size_t part) {
  if (const auto it = arguments_.find(part); it != arguments_.end()) {
    next_.delta(part, custom_input(it->second));
    arguments_.erase(it);
  }
  next_.end_part(part);
}

}  // namespace patchbay::conversion
