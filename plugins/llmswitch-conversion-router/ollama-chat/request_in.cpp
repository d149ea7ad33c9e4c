#include "hub/json_text.hpp"
#include "ollama-chat/ollama.hpp"

namespace patchbay::conversion::ollama {

namespace {

Tool decode_tool(json::value& value, const Path& path) {
  Fields fields(value, path);
  Tool tool;
  const std::string type = fields.string("type");
  if (!type.empty() && type != "function") fields.fail("type", "must be 'function', the only tools that there are");
  json::object* const function = fields.object("function");
  if (function == nullptr) fields.fail("function", "is missing");
  const Path at(path, "function");
  Fields inner(*function, at);
  tool.name = inner.required_string("name");
  tool.description = inner.string("description");
  tool.parameters = inner.value("parameters");
  tool.extras = inner.rest();
  return tool;
}

/// Options of the model; those that the hub has no word for keep their place in the extras.
void decode_options(json::object& options, const Path& path, ModelRequest& request) {
  Fields fields(options, path);
  request.temperature = fields.value("temperature");
  request.top_p = fields.value("top_p");
  request.top_k = fields.value("top_k");
  request.seed = fields.value("seed");
  request.frequency_penalty = fields.value("frequency_penalty");
  request.presence_penalty = fields.value("presence_penalty");
  request.max_tokens = fields.integer("num_predict");
  request.stop = fields.strings("stop");
  for (auto& field : fields.rest()) request.extras[std::string(options_prefix) + std::string(field.key())] = std::move(field.value());
}

void decode_format(json::value& format, ModelRequest& request) {
  request.format.kind = format.is_object() ? Format::Kind::schema : Format::Kind::json;
  if (format.is_object()) request.format.schema = std::move(format);
}

/// `true` leaves it to the model how long it thinks.
void decode_think(const json::value& think, Thinking& thinking) {
  if (const bool* const on = think.if_bool()) {
    thinking.budget = *on ? -1 : 0;
  } else if (const json::string* const level = think.if_string()) {
    thinking.effort = *level == "max" ? "xhigh" : std::string(*level);
  }
}

}  // namespace

ModelRequest decode_request(json::value& body) {
  const Path root;
  Fields fields(body, root);
  ModelRequest request;
  request.origin = protocol;
  request.model = fields.string("model");
  request.stream = fields.boolean("stream").value_or(true);
  json::array* const messages = fields.array("messages");
  if (messages == nullptr) fields.fail("messages", "is missing");
  request.messages = decode_messages(*messages, root);
  if (json::array* const tools = fields.array("tools")) {
    std::size_t index = 0;
    for (json::value& one : *tools) {
      const Path at(root, "tools", index++);
      request.tools.push_back(decode_tool(one, at));
    }
  }
  if (json::object* const options = fields.object("options")) {
    const Path at(root, "options");
    decode_options(*options, at, request);
  }
  if (json::value* const format = fields.find("format")) decode_format(*format, request);
  if (const json::value* const think = fields.find("think")) decode_think(*think, request.thinking);
  request.logprobs = fields.value("logprobs");
  request.top_logprobs = fields.value("top_logprobs");
  for (auto& field : fields.rest()) request.extras[field.key()] = std::move(field.value());
  return request;
}

}  // namespace patchbay::conversion::ollama
