#include "openai-chat/chat.hpp"

namespace patchbay::conversion::chat {

namespace {

Tool decode_tool(json::value& value, const Path& path) {
  Fields fields(value, path);
  Tool tool;
  const std::string type = fields.required_string("type");
  tool.cache = fields.value("cache_control");
  if (type == "function") {
    json::object* const function = fields.object("function");
    if (function == nullptr) fields.fail("function", "is missing");
    const Path at(path, "function");
    Fields inner(*function, at);
    tool.name = inner.required_string("name");
    tool.description = inner.string("description");
    tool.parameters = inner.value("parameters");
    tool.strict = inner.boolean("strict");
    tool.extras = inner.rest();
  } else if (type == "custom") {
    tool.kind = Tool::Kind::custom;
    if (json::object* const custom = fields.object("custom")) {
      const Path at(path, "custom");
      Fields inner(*custom, at);
      tool.name = inner.required_string("name");
      tool.description = inner.string("description");
      tool.raw = inner.value("format");
    }
  } else {
    tool.kind = Tool::Kind::builtin;
    tool.type = type;
    tool.name = type;
    tool.raw = std::move(value);
  }
  return tool;
}

/// `web_search_options` is a tool of the provider, though it does not stand among the tools.
Tool decode_web_search(json::object& options, const Path& path) {
  Tool tool;
  tool.kind = Tool::Kind::builtin;
  tool.type = web_search_field;
  tool.raw = options;
  tool.builtin.kind = Builtin::Kind::web_search;
  Fields fields(options, path);
  tool.builtin.context_size = fields.string("search_context_size");
  if (json::object* const location = fields.object("user_location")) {
    const Path at(path, "user_location");
    if (json::object* const place = Fields(*location, at).object("approximate")) tool.builtin.location = Fields(*place, at).rest();
  }
  for (const auto& field : fields.rest()) tool.builtin.options.emplace_back(field.key());
  return tool;
}

std::string function_name(json::object& object, const Path& path) {
  for (const std::string_view key : {"function", "custom"})
    if (json::value* const inner = object.if_contains(key)) {
      const Path at(path, key);
      return Fields(*inner, at).required_string("name");
    }
  throw Malformed(path.text("function"), "is missing");
}

ToolChoice decode_choice(json::value& value, const Path& path) {
  ToolChoice choice;
  if (const json::string* const word = value.if_string()) {
    if (*word == "auto")
      choice.mode = ToolChoice::Mode::automatic;
    else if (*word == "none")
      choice.mode = ToolChoice::Mode::none;
    else if (*word == "required" || *word == "any")
      choice.mode = ToolChoice::Mode::required;
    else
      throw Malformed(path.text(), "'" + std::string(*word) + "' is none of auto, none, required");
    return choice;
  }
  Fields fields(value, path);
  if (json::object* const allowed = fields.object("allowed_tools")) {
    const Path at(path, "allowed_tools");
    Fields inner(*allowed, at);
    choice.mode = inner.string("mode") == "required" ? ToolChoice::Mode::required : ToolChoice::Mode::automatic;
    if (json::array* const tools = inner.array("tools"))
      for (json::value& tool : *tools)
        if (tool.is_object()) choice.allowed.push_back(function_name(tool.get_object(), at));
    return choice;
  }
  choice.mode = ToolChoice::Mode::named;
  choice.name = function_name(value.get_object(), path);
  return choice;
}

Format decode_format(json::object& object, const Path& path) {
  Fields fields(object, path);
  Format format;
  const std::string type = fields.required_string("type");
  if (type == "text") {
    format.kind = Format::Kind::text;
  } else if (type == "json_object") {
    format.kind = Format::Kind::json;
  } else if (type == "json_schema") {
    format.kind = Format::Kind::schema;
    json::object* const schema = fields.object("json_schema");
    if (schema == nullptr) fields.fail("json_schema", "is missing");
    const Path at(path, "json_schema");
    Fields inner(*schema, at);
    format.name = inner.string("name");
    format.description = inner.string("description");
    format.schema = inner.value("schema");
    format.strict = inner.boolean("strict");
  } else {
    fields.fail("type", "'" + type + "' is none of text, json_object, json_schema");
  }
  return format;
}

}  // namespace

void decode_tools(Fields& fields, ModelRequest& request) {
  if (json::array* const tools = fields.array("tools")) {
    std::size_t index = 0;
    for (json::value& one : *tools) {
      const Path at(fields.path(), "tools", index++);
      request.tools.push_back(decode_tool(one, at));
    }
  }
  if (json::object* const options = fields.object(web_search_field)) {
    const Path at(fields.path(), web_search_field);
    request.tools.push_back(decode_web_search(*options, at));
  }
  if (json::value* const choice = fields.find("tool_choice")) {
    const Path at(fields.path(), "tool_choice");
    request.tool_choice = decode_choice(*choice, at);
  }
  if (json::array* const functions = fields.array("functions")) {  // what tools were called before
    std::size_t index = 0;
    for (json::value& one : *functions) {
      const Path at(fields.path(), "functions", index++);
      Fields inner(one, at);
      Tool tool;
      tool.name = inner.required_string("name");
      tool.description = inner.string("description");
      tool.parameters = inner.value("parameters");
      request.tools.push_back(std::move(tool));
    }
  }
  if (json::value* const call = fields.find("function_call")) {
    const Path at(fields.path(), "function_call");
    if (call->is_string()) {
      request.tool_choice = decode_choice(*call, at);
    } else {
      request.tool_choice.mode = ToolChoice::Mode::named;
      request.tool_choice.name = Fields(*call, at).required_string("name");
    }
  }
}

ModelRequest decode_request(json::value& body) {
  const Path root;
  Fields fields(body, root);
  ModelRequest request;
  request.origin = protocols::openai_chat;
  request.model = fields.string("model");
  request.stream = fields.boolean("stream").value_or(false);
  json::array* const messages = fields.array("messages");
  if (messages == nullptr) fields.fail("messages", "is missing");
  request.messages = decode_messages(*messages, root);
  decode_tools(fields, request);
  request.parallel_tool_calls = fields.boolean("parallel_tool_calls");
  request.temperature = fields.value("temperature");
  request.top_p = fields.value("top_p");
  request.top_k = fields.value("top_k");
  request.frequency_penalty = fields.value("frequency_penalty");
  request.presence_penalty = fields.value("presence_penalty");
  request.seed = fields.value("seed");
  request.logit_bias = fields.value("logit_bias");
  request.logprobs = fields.value("logprobs");
  request.top_logprobs = fields.value("top_logprobs");
  const auto older = fields.integer("max_tokens");
  const auto newer = fields.integer("max_completion_tokens");
  request.max_tokens = newer ? newer : older;
  request.choices = fields.integer("n");
  request.stop = fields.strings("stop");
  request.thinking.effort = fields.string("reasoning_effort");
  if (json::object* const format = fields.object("response_format")) {
    const Path at(root, "response_format");
    request.format = decode_format(*format, at);
  }
  request.metadata = fields.value("metadata");
  request.user = fields.string("user");
  request.safety_identifier = fields.string("safety_identifier");
  request.service_tier = fields.string("service_tier");
  request.verbosity = fields.string("verbosity");
  request.prompt_cache_key = fields.string("prompt_cache_key");
  request.store = fields.boolean("store");
  request.include_usage = false;
  if (json::object* const options = fields.object("stream_options")) {
    const Path at(root, "stream_options");
    Fields inner(*options, at);
    request.include_usage = inner.boolean("include_usage").value_or(false);
  }
  request.extras = fields.rest();
  return request;
}

}  // namespace patchbay::conversion::chat
