#include "anthropic-messages/anthropic.hpp"

namespace patchbay::conversion::anthropic {

namespace {

void decode_choice(json::object& object, const Path& path, ModelRequest& request) {
  Fields fields(object, path);
  const std::string type = fields.required_string("type");
  ToolChoice& choice = request.tool_choice;
  if (type == "auto")
    choice.mode = ToolChoice::Mode::automatic;
  else if (type == "any")
    choice.mode = ToolChoice::Mode::required;
  else if (type == "none")
    choice.mode = ToolChoice::Mode::none;
  else if (type == "tool")
    choice.mode = ToolChoice::Mode::named;
  else
    fields.fail("type", "'" + type + "' is none of auto, any, tool, none");
  if (type == "tool") choice.name = fields.required_string("name");
  if (const auto disable = fields.boolean("disable_parallel_tool_use")) request.parallel_tool_calls = !*disable;
}

void decode_format(json::object& object, const Path& path, ModelRequest& request) {
  Fields fields(object, path);
  if (fields.string("type") != "json_schema") return;
  request.format.kind = Format::Kind::schema;
  request.format.schema = fields.value("schema");
  request.format.name = fields.string("name");
}

void decode_thinking(Fields& fields, ModelRequest& request) {
  if (json::object* const thinking = fields.object("thinking")) {
    const Path at(fields.path(), "thinking");
    Fields inner(*thinking, at);
    const std::string type = inner.required_string("type");
    if (type == "enabled")
      request.thinking.budget = inner.integer("budget_tokens");
    else
      request.thinking.budget = type == "disabled" ? 0 : -1;
    if (type != "disabled") request.thinking.visible = inner.string("display") != "omitted";
  }
  if (json::object* const output = fields.object("output_config")) {
    const Path at(fields.path(), "output_config");
    Fields inner(*output, at);
    request.thinking.effort = inner.string("effort");
    if (request.thinking.effort == "max") request.thinking.effort = "xhigh";
    if (json::object* const format = inner.object("format")) {
      const Path format_at(at, "format");
      decode_format(*format, format_at, request);
    }
  }
  if (json::object* const format = fields.object("output_format")) {
    const Path at(fields.path(), "output_format");
    decode_format(*format, at, request);
  }
}

/// A turn of the user with results in it is a turn of the tools and one of the user.
void decode_message(json::value& value, const Path& path, std::vector<Message>& messages) {
  Fields fields(value, path);
  const std::string role = fields.required_string("role");
  json::value* const content = fields.find("content");
  if (content == nullptr) fields.fail("content", "is missing");
  const Path at(path, "content");
  Message message;
  message.parts = decode_content(*content, at);
  message.extras = fields.rest();
  if (role == "assistant") {
    message.role = Role::assistant;
  } else if (role == "system") {
    message.role = Role::system;
  } else if (role == "user") {
    return add_user_turn(std::move(message), messages);
  } else {
    fields.fail("role", "'" + role + "' is neither user nor assistant");
  }
  messages.push_back(std::move(message));
}

}  // namespace

ModelRequest decode_request(json::value& body) {
  const Path root;
  Fields fields(body, root);
  ModelRequest request;
  request.origin = protocols::anthropic_messages;
  request.model = fields.string("model");
  request.stream = fields.boolean("stream").value_or(false);
  if (json::value* const system = fields.find("system")) {
    const Path at(root, "system");
    Message message;
    message.role = Role::system;
    message.instructions = true;
    message.parts = decode_content(*system, at);
    if (!message.parts.empty()) request.messages.push_back(std::move(message));
  }
  json::array* const messages = fields.array("messages");
  if (messages == nullptr) fields.fail("messages", "is missing");
  std::size_t index = 0;
  for (json::value& one : *messages) {
    const Path at(root, "messages", index++);
    decode_message(one, at, request.messages);
  }
  decode_tools(fields, request);
  if (json::object* const choice = fields.object("tool_choice")) {
    const Path at(root, "tool_choice");
    decode_choice(*choice, at, request);
  }
  decode_thinking(fields, request);
  request.max_tokens = fields.integer("max_tokens");
  request.temperature = fields.value("temperature");
  request.top_p = fields.value("top_p");
  request.top_k = fields.value("top_k");
  request.stop = fields.strings("stop_sequences");
  request.service_tier = fields.string("service_tier");
  if (json::object* const metadata = fields.object("metadata")) {
    const Path at(root, "metadata");
    request.user = Fields(*metadata, at).string("user_id");
  }
  request.extras = fields.rest();
  return request;
}

}  // namespace patchbay::conversion::anthropic
