#include "hub/json_text.hpp"
#include "openai-responses/client_tools.hpp"
#include "openai-responses/responses.hpp"

namespace patchbay::conversion::responses {

namespace {

void decode_web_search(Fields& fields, Builtin& tool) {
  tool.kind = Builtin::Kind::web_search;
  tool.context_size = fields.string("search_context_size");
  if (json::object* const filters = fields.object("filters")) {
    const Path at(fields.path(), "filters");
    Fields inner(*filters, at);
    tool.allowed_domains = inner.strings("allowed_domains");
    tool.blocked_domains = inner.strings("blocked_domains");
    for (const auto& field : inner.rest()) tool.options.push_back("filters." + std::string(field.key()));
  }
  if (json::object* const location = fields.object("user_location")) {
    const Path at(fields.path(), "user_location");
    Fields inner(*location, at);
    inner.ignore("type");
    tool.location = inner.rest();
  }
}

/// The tools of a server: a list of names, or an object with one.
void decode_allowed(Fields& fields, Builtin& tool) {
  json::value* const allowed = fields.find("allowed_tools");
  if (allowed == nullptr) return;
  if (!allowed->is_object()) {
    tool.allowed_tools = fields.strings("allowed_tools");
    return;
  }
  const Path at(fields.path(), "allowed_tools");
  Fields inner(*allowed, at);
  tool.allowed_tools = inner.strings("tool_names");
  for (const auto& field : inner.rest()) tool.options.push_back("allowed_tools." + std::string(field.key()));
}

/// `require_approval` is `always` unless the client says otherwise.
void decode_mcp(Fields& fields, Builtin& tool) {
  tool.kind = Builtin::Kind::mcp;
  tool.label = fields.string("server_label");
  tool.url = fields.string("server_url");
  tool.token = fields.string("authorization");
  decode_allowed(fields, tool);
  const json::value* const approval = fields.find("require_approval");
  tool.asks = approval == nullptr || !says(*approval, "never");
  fields.ignore("server_description");
}

/// A container that the provider makes as it sees fit is no option.
void decode_code_interpreter(Fields& fields, Builtin& tool) {
  tool.kind = Builtin::Kind::code_execution;
  const json::value* const container = fields.find("container");
  const json::object* const made = container != nullptr ? container->if_object() : nullptr;
  if (container != nullptr && (made == nullptr || made->size() > 1 || string_at(*made, "type") != "auto"))
    tool.options.push_back("container");
}

void decode_builtin(json::value& value, const Path& path, const std::string& type, Tool& tool) {
  tool.kind = Tool::Kind::builtin;
  tool.type = type;
  tool.name = type;
  tool.raw = value;
  Fields fields(value, path);
  fields.ignore("type");
  if (type.starts_with("web_search"))
    decode_web_search(fields, tool.builtin);
  else if (type == "mcp")
    decode_mcp(fields, tool.builtin);
  else if (type == "code_interpreter")
    decode_code_interpreter(fields, tool.builtin);
  for (const auto& field : fields.rest()) tool.builtin.options.emplace_back(field.key());
}

}  // namespace

void decode_tool(json::value& value, const Path& path, const std::string& space, std::vector<Tool>& tools) {
  Fields fields(value, path);
  Tool tool;
  tool.space = space;
  const std::string type = fields.required_string("type");
  if (type == "namespace" && space.empty()) {
    const std::string name = fields.required_string("name");
    json::array* const inner = fields.array("tools");
    if (inner == nullptr) fields.fail("tools", "is missing");
    std::size_t index = 0;
    for (json::value& one : *inner) {
      const Path at(path, "tools", index++);
      decode_tool(one, at, name, tools);
      tools.back().space_description = fields.string("description");
    }
    return;
  }
  if (type == "function" || type == "custom") {
    tool.name = fields.required_string("name");
    tool.description = fields.string("description");
    if (type == "custom") {
      tool.kind = Tool::Kind::custom;
      tool.raw = fields.value("format");
    } else {
      tool.parameters = fields.value("parameters");
      tool.strict = fields.boolean("strict");
    }
    tool.extras = fields.rest();
  } else if (const ClientTool* const own = client_tool(type); own != nullptr && runs_at_the_client(value.get_object())) {
    tool = function_of(*own);
    tool.raw = std::move(value);
  } else {
    decode_builtin(value, path, type, tool);
  }
  tools.push_back(std::move(tool));
}

}  // namespace patchbay::conversion::responses
