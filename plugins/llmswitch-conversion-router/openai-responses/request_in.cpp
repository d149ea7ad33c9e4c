#include "hub/json_text.hpp"
#include "openai-responses/responses.hpp"

namespace patchbay::conversion::responses {

namespace {

/// What an answer repeats of its request.
constexpr std::string_view echoed[] = {"instructions",
                                       "max_output_tokens",
                                       "metadata",
                                       "parallel_tool_calls",
                                       "previous_response_id",
                                       "reasoning",
                                       "store",
                                       "temperature",
                                       "text",
                                       "tool_choice",
                                       "tools",
                                       "top_p",
                                       "truncation",
                                       "user",
                                       "max_tool_calls",
                                       "prompt_cache_key",
                                       "safety_identifier",
                                       "top_logprobs"};

ToolChoice decode_choice(json::value& value, const Path& path) {
  ToolChoice choice;
  if (value.is_string()) {
    const std::string_view word = value.get_string();
    if (word == "none")
      choice.mode = ToolChoice::Mode::none;
    else if (word == "required")
      choice.mode = ToolChoice::Mode::required;
    else if (word == "auto")
      choice.mode = ToolChoice::Mode::automatic;
    else
      throw Malformed(path.text(), "'" + std::string(word) + "' is none of auto, none, required");
    return choice;
  }
  Fields fields(value, path);
  const std::string type = fields.required_string("type");
  if (type == "allowed_tools") {
    choice.mode = fields.string("mode") == "required" ? ToolChoice::Mode::required : ToolChoice::Mode::automatic;
    if (json::array* const tools = fields.array("tools"))
      for (json::value& tool : *tools) {
        const Path at(path, "tools");
        if (std::string name = Fields(tool, at).string("name"); !name.empty()) choice.allowed.push_back(std::move(name));
      }
  } else {
    choice.mode = ToolChoice::Mode::named;
    choice.name = fields.string("name");
    if (choice.name.empty()) choice.name = type;
  }
  return choice;
}

/// What the client wants beside the answer. What the hub has no word for stays in the extras.
void decode_include(Fields& fields, ModelRequest& request) {
  json::array* const include = fields.array("include");
  if (include == nullptr) return;
  json::array others;
  for (json::value& one : *include) {
    if (says(one, wants_sealed_thoughts))
      request.sealed_thoughts = true;
    else if (says(one, wants_logprobs))
      request.logprobs = true;
    else
      others.push_back(std::move(one));
  }
  if (others.empty()) return;
  fields.leave("include");
  *include = std::move(others);
}

void decode_text(json::object& text, const Path& path, ModelRequest& request) {
  Fields fields(text, path);
  request.verbosity = fields.string("verbosity");
  json::object* const object = fields.object("format");
  if (object == nullptr) return;
  const Path at(path, "format");
  Fields inner(*object, at);
  const std::string type = inner.required_string("type");
  Format& format = request.format;
  format.kind = type == "json_schema" ? Format::Kind::schema : type == "json_object" ? Format::Kind::json : Format::Kind::text;
  format.name = inner.string("name");
  format.description = inner.string("description");
  format.schema = inner.value("schema");
  format.strict = inner.boolean("strict");
}

}  // namespace

ModelRequest decode_request(json::value& body) {
  ModelRequest request;
  request.origin = protocols::openai_responses;
  if (const json::object* const object = body.if_object())
    for (const std::string_view key : echoed)
      if (const json::value* const value = object->if_contains(key); value != nullptr && !value->is_null()) request.echo[key] = *value;

  const Path root;
  Fields fields(body, root);
  request.model = fields.string("model");
  request.stream = fields.boolean("stream").value_or(false);
  if (std::string instructions = fields.string("instructions"); !instructions.empty()) {
    Message message;
    message.role = Role::system;
    message.instructions = true;
    message.parts.push_back({Text{std::move(instructions), {}}, {}, {}, {}});
    request.messages.push_back(std::move(message));
  }
  json::value* const input = fields.find("input");
  if (input != nullptr && input->is_string()) {
    Message message;
    message.parts.push_back({Text{std::string(input->get_string()), {}}, {}, {}, {}});
    request.messages.push_back(std::move(message));
  } else if (input != nullptr && input->is_array()) {
    const Path at(root, "input");
    for (Message& message : decode_items(input->get_array(), at)) request.messages.push_back(std::move(message));
  } else if (input != nullptr) {
    fields.fail("input", "must be a string or an array of items");
  }
  if (json::array* const tools = fields.array("tools")) {
    std::size_t index = 0;
    for (json::value& one : *tools) {
      const Path at(root, "tools", index++);
      decode_tool(one, at, {}, request.tools);
    }
  }
  if (json::value* const choice = fields.find("tool_choice")) {
    const Path at(root, "tool_choice");
    request.tool_choice = decode_choice(*choice, at);
  }
  if (json::object* const text = fields.object("text")) {
    const Path at(root, "text");
    decode_text(*text, at, request);
  }
  if (json::object* const reasoning = fields.object("reasoning")) {
    const Path at(root, "reasoning");
    Fields inner(*reasoning, at);
    request.thinking.effort = inner.string("effort");
    request.thinking.summary = inner.string("summary");
    if (request.thinking.summary.empty()) request.thinking.summary = inner.string("generate_summary");
    if (!request.thinking.summary.empty()) request.thinking.visible = true;
  }
  request.parallel_tool_calls = fields.boolean("parallel_tool_calls");
  request.max_tokens = fields.integer("max_output_tokens");
  request.temperature = fields.value("temperature");
  request.top_p = fields.value("top_p");
  request.top_logprobs = fields.value("top_logprobs");
  request.metadata = fields.value("metadata");
  request.user = fields.string("user");
  request.safety_identifier = fields.string("safety_identifier");
  request.service_tier = fields.string("service_tier");
  request.prompt_cache_key = fields.string("prompt_cache_key");
  request.store = fields.boolean("store");
  request.previous_response_id = fields.string("previous_response_id");
  decode_include(fields, request);
  request.extras = fields.rest();
  return request;
}

}  // namespace patchbay::conversion::responses
