#include <boost/json/serialize.hpp>

#include "ollama-chat/ollama.hpp"

namespace patchbay::conversion::ollama {

namespace {

Role role_of(const std::string& role, const Path& path) {
  if (role == "system") return Role::system;
  if (role == "user") return Role::user;
  if (role == "assistant") return Role::assistant;
  if (role == "tool") return Role::tool;
  throw Malformed(path.text("role"), "'" + role + "' is none of system, user, assistant, tool");
}

void decode_content(Fields& message, std::vector<Part>& parts) {
  if (std::string text = message.string("content"); !text.empty()) parts.push_back({Text{std::move(text), {}}, {}, {}, {}});
  for (std::string& image : message.strings("images"))
    parts.push_back({Media{Media::Kind::image, Media::Source::base64, std::move(image), {}, {}, {}}, {}, {}, {}});
}

Part decode_call(json::value& value, const Path& path) {
  Fields fields(value, path);
  ToolCall call;
  call.id = fields.string("id");
  json::object* const function = fields.object("function");
  if (function == nullptr) fields.fail("function", "is missing");
  const Path at(path, "function");
  Fields inner(*function, at);
  call.name = inner.required_string("name");
  const json::value* const arguments = inner.find("arguments");
  call.arguments = arguments != nullptr ? json::serialize(*arguments) : "{}";
  return {std::move(call), {}, {}, {}};
}

}  // namespace

std::vector<Part> decode_assistant(Fields& message) {
  std::vector<Part> parts;
  if (std::string thought = message.string("thinking"); !thought.empty())
    parts.push_back({Reasoning{{std::move(thought)}, false, false}, {}, {}, {}});
  decode_content(message, parts);
  if (json::array* const calls = message.array("tool_calls")) {
    std::size_t index = 0;
    for (json::value& one : *calls) {
      const Path at(message.path(), "tool_calls", index++);
      parts.push_back(decode_call(one, at));
    }
  }
  return parts;
}

std::vector<Message> decode_messages(json::array& messages, const Path& path) {
  std::vector<Message> decoded;
  decoded.reserve(messages.size());
  std::size_t index = 0;
  for (json::value& value : messages) {
    const Path at(path, "messages", index++);
    Fields fields(value, at);
    Message message;
    message.role = role_of(fields.required_string("role"), at);
    if (message.role == Role::tool) {
      ToolResult result;
      result.call_id = fields.string("tool_call_id");
      result.name = fields.string("tool_name");
      decode_content(fields, result.content);
      message.parts.push_back({std::move(result), {}, {}, {}});
    } else {
      message.parts = decode_assistant(fields);
    }
    message.extras = fields.rest();
    decoded.push_back(std::move(message));
  }
  return decoded;
}

}  // namespace patchbay::conversion::ollama
