#include "gemini/gemini.hpp"

namespace patchbay::conversion::gemini {

namespace {

void decode_declaration(json::value& value, const Path& path, std::vector<Tool>& tools) {
  Fields fields(value, path);
  Tool tool;
  tool.name = fields.required_string("name");
  tool.description = fields.string("description");
  if (json::value* const schema = fields.find("parametersJsonSchema", "parameters_json_schema"))
    tool.parameters = std::move(*schema);
  else if (const json::value* const subset = fields.find("parameters"))
    tool.parameters = to_json_schema(*subset);
  tool.extras = fields.rest();
  tools.push_back(std::move(tool));
}

Builtin decode_builtin(std::string_view key, json::value& value) {
  Builtin tool;
  if (key == "googleSearch" || key == "google_search" || key == "googleSearchRetrieval" || key == "google_search_retrieval")
    tool.kind = Builtin::Kind::web_search;
  else if (key == "urlContext" || key == "url_context")
    tool.kind = Builtin::Kind::web_fetch;
  else if (key == "codeExecution" || key == "code_execution")
    tool.kind = Builtin::Kind::code_execution;
  const Path root;
  if (!value.is_object()) return tool;
  Fields fields(value, root);
  tool.blocked_domains = fields.strings("excludeDomains", "exclude_domains");
  for (const auto& field : fields.rest()) tool.options.emplace_back(field.key());
  return tool;
}

void decode_tool(json::value& value, const Path& path, std::vector<Tool>& tools) {
  Fields fields(value, path);
  if (json::value* const list = fields.find("functionDeclarations", "function_declarations"); list != nullptr && list->is_array()) {
    std::size_t index = 0;
    for (json::value& one : list->get_array()) {
      const Path at(path, "functionDeclarations", index++);
      decode_declaration(one, at, tools);
    }
  }
  for (auto& field : fields.rest()) {
    Tool tool;
    tool.kind = Tool::Kind::builtin;
    tool.type = field.key();
    tool.name = field.key();
    tool.raw = json::object{{field.key(), field.value()}};
    tool.builtin = decode_builtin(field.key(), field.value());
    tools.push_back(std::move(tool));
  }
}

void decode_tool_config(json::value& value, const Path& path, ModelRequest& request) {
  Fields fields(value, path);
  json::value* const calling = fields.find("functionCallingConfig", "function_calling_config");
  if (calling == nullptr) return;
  const Path at(path, "functionCallingConfig");
  Fields inner(*calling, at);
  const std::string mode = inner.string("mode");
  ToolChoice& choice = request.tool_choice;
  choice.mode = mode == "NONE" ? ToolChoice::Mode::none : mode == "ANY" ? ToolChoice::Mode::required : ToolChoice::Mode::automatic;
  std::vector<std::string> names = inner.strings("allowedFunctionNames", "allowed_function_names");
  if (names.size() == 1 && choice.mode == ToolChoice::Mode::required) {
    choice.mode = ToolChoice::Mode::named;
    choice.name = std::move(names.front());
  } else {
    choice.allowed = std::move(names);
  }
}

void decode_generation(json::value& value, const Path& path, ModelRequest& request) {
  Fields fields(value, path);
  request.temperature = fields.value("temperature");
  request.top_p = fields.value("topP", "top_p");
  request.top_k = fields.value("topK", "top_k");
  request.seed = fields.value("seed");
  request.frequency_penalty = fields.value("frequencyPenalty", "frequency_penalty");
  request.presence_penalty = fields.value("presencePenalty", "presence_penalty");
  request.logprobs = fields.value("responseLogprobs", "response_logprobs");
  request.top_logprobs = fields.value("logprobs");
  request.max_tokens = fields.integer("maxOutputTokens", "max_output_tokens");
  request.choices = fields.integer("candidateCount", "candidate_count");
  request.stop = fields.strings("stopSequences", "stop_sequences");
  json::value mime = fields.value("responseMimeType", "response_mime_type");
  json::value schema = fields.value("responseJsonSchema", "response_json_schema");
  if (json::value subset = fields.value("responseSchema", "response_schema"); schema.is_null() && !subset.is_null())
    schema = to_json_schema(subset);
  if (mime.is_string() && mime.get_string() == "application/json") {
    request.format.kind = schema.is_null() ? Format::Kind::json : Format::Kind::schema;
    request.format.schema = std::move(schema);
  } else if (mime.is_string() && mime.get_string() == "text/plain") {
    request.format.kind = Format::Kind::text;
  }
  if (json::value* const thinking = fields.find("thinkingConfig", "thinking_config")) {
    const Path at(path, "thinkingConfig");
    Fields inner(*thinking, at);
    request.thinking.visible = inner.boolean("includeThoughts", "include_thoughts");
    request.thinking.budget = inner.integer("thinkingBudget", "thinking_budget");
    std::string level = inner.string("thinkingLevel", "thinking_level");
    for (char& c : level) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    request.thinking.effort = std::move(level);
  }
  for (auto& field : fields.rest()) request.extras["generationConfig." + std::string(field.key())] = std::move(field.value());
}

void decode_content(json::value& value, const Path& path, std::vector<Message>& messages) {
  Fields fields(value, path);
  const std::string role = fields.string("role");
  Message message;
  if (json::array* const parts = fields.array("parts")) message.parts = decode_parts(*parts, path);
  message.extras = fields.rest();
  if (role == "model") {
    message.role = Role::assistant;
  } else if (role == "user" || role == "function" || role.empty()) {
    return add_user_turn(std::move(message), messages);
  } else {
    fields.fail("role", "'" + role + "' is neither user nor model");
  }
  messages.push_back(std::move(message));
}

void decode_system(json::value& value, const Path& path, ModelRequest& request) {
  Message message;
  message.role = Role::system;
  message.instructions = true;
  if (value.is_string()) {
    message.parts.push_back({Text{std::string(value.get_string()), {}}, {}, {}, {}});
  } else {
    Fields fields(value, path);
    fields.ignore("role");
    if (json::array* const parts = fields.array("parts")) message.parts = decode_parts(*parts, path);
  }
  if (!message.parts.empty()) request.messages.push_back(std::move(message));
}

}  // namespace

ModelRequest decode_request(json::value& body, const patchbay::Request& request) {
  // countTokens wraps what generateContent would be given.
  if (json::object* const outer = body.if_object())
    if (json::value* const inner = outer->if_contains("generateContentRequest"); inner != nullptr && inner->is_object()) {
      json::value unwrapped = std::move(*inner);
      body = std::move(unwrapped);
    }
  const Path root;
  Fields fields(body, root);
  ModelRequest decoded;
  decoded.origin = protocols::gemini;
  decoded.model = request.model();
  decoded.stream = request.stream();
  fields.ignore("model");
  if (json::value* const system = fields.find("systemInstruction", "system_instruction")) {
    const Path at(root, "systemInstruction");
    decode_system(*system, at, decoded);
  }
  json::array* const contents = fields.array("contents");
  if (contents == nullptr) fields.fail("contents", "is missing");
  std::size_t index = 0;
  for (json::value& one : *contents) {
    const Path at(root, "contents", index++);
    decode_content(one, at, decoded.messages);
  }
  if (json::array* const tools = fields.array("tools")) {
    index = 0;
    for (json::value& one : *tools) {
      const Path at(root, "tools", index++);
      decode_tool(one, at, decoded.tools);
    }
  }
  if (json::value* const config = fields.find("toolConfig", "tool_config")) {
    const Path at(root, "toolConfig");
    decode_tool_config(*config, at, decoded);
  }
  if (json::value* const generation = fields.find("generationConfig", "generation_config")) {
    const Path at(root, "generationConfig");
    decode_generation(*generation, at, decoded);
  }
  for (auto& field : fields.rest()) decoded.extras[field.key()] = std::move(field.value());
  return decoded;
}

}  // namespace patchbay::conversion::gemini
