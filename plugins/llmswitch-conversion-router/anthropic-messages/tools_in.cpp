#include <boost/json/parse.hpp>

#include "anthropic-messages/anthropic.hpp"
#include "hub/json_text.hpp"

namespace patchbay::conversion::anthropic {

namespace {

/// Tools that Anthropic defines and the client executes (https://docs.anthropic.com/en/docs/agents-and-tools/tool-use): for a model behind
/// another protocol they are functions. Their calls look like any other.
struct ClientTool {
  std::string_view prefix;  ///< of the type, which ends with a date
  std::string_view description;
  std::string_view schema;
};
constexpr ClientTool client_tools[] = {
    {"bash_", "Runs a command in a bash shell that stays open between calls, and returns what it prints.",
     R"({"type":"object","properties":{"command":{"type":"string"},"restart":{"type":"boolean","description":"Starts a new shell; then there is no command"}}})"},
    {"text_editor_", "Shows, creates and edits text files.",
     R"({"type":"object","properties":{"command":{"type":"string","enum":["view","create","str_replace","insert"]},"path":{"type":"string"},"view_range":{"type":"array","items":{"type":"integer"},"description":"view: the first and the last line; -1 is the end of the file"},"file_text":{"type":"string","description":"create: the content"},"old_str":{"type":"string","description":"str_replace: text that occurs exactly once"},"new_str":{"type":"string","description":"str_replace: what takes its place"},"insert_line":{"type":"integer","description":"insert: the line after which it goes; 0 is the beginning"},"insert_text":{"type":"string","description":"insert: the text"}},"required":["command","path"]})"},
    {"memory_", "Keeps notes in files under /memories that outlast the conversation.",
     R"({"type":"object","properties":{"command":{"type":"string","enum":["view","create","str_replace","insert","delete","rename"]},"path":{"type":"string"},"view_range":{"type":"array","items":{"type":"integer"}},"file_text":{"type":"string"},"old_str":{"type":"string"},"new_str":{"type":"string"},"insert_line":{"type":"integer"},"insert_text":{"type":"string"},"old_path":{"type":"string"},"new_path":{"type":"string"}},"required":["command"]})"},
};

const ClientTool* client_tool(std::string_view type) {
  for (const ClientTool& tool : client_tools)
    if (type.starts_with(tool.prefix)) return &tool;
  return nullptr;
}

void decode_domains(Fields& fields, Builtin& tool) {
  tool.max_uses = fields.integer("max_uses");
  tool.allowed_domains = fields.strings("allowed_domains");
  tool.blocked_domains = fields.strings("blocked_domains");
  if (json::object* const location = fields.object("user_location")) {
    const Path at(fields.path(), "user_location");
    Fields inner(*location, at);
    inner.ignore("type");
    tool.location = inner.rest();
  }
}

/// Which tools of a server are enabled: a list of those that are, or of those that are not.
void decode_toolset(Fields& fields, Builtin& tool) {
  tool.kind = Builtin::Kind::mcp;
  tool.label = fields.string("mcp_server_name");
  bool enabled = true;
  if (json::object* const config = fields.object("default_config")) {
    const Path at(fields.path(), "default_config");
    Fields inner(*config, at);
    enabled = inner.boolean("enabled").value_or(true);
    for (const auto& field : inner.rest()) tool.options.push_back("default_config." + std::string(field.key()));
  }
  json::object* const configs = fields.object("configs");
  if (configs == nullptr) return;
  for (const auto& field : *configs) {
    const json::object* const config = field.value().if_object();
    const json::value* const said = config != nullptr ? config->if_contains("enabled") : nullptr;
    const bool on = said != nullptr && said->is_bool() ? said->get_bool() : enabled;
    if (on && !enabled) tool.allowed_tools.emplace_back(field.key());
    if (!on && enabled) tool.options.push_back("configs." + std::string(field.key()));
  }
}

void decode_builtin(json::value& value, const Path& path, Tool& tool) {
  tool.kind = Tool::Kind::builtin;
  tool.raw = value;
  Fields fields(value, path);
  tool.name = fields.string("name");
  fields.ignore("type");
  Builtin& builtin = tool.builtin;
  if (tool.type.starts_with("web_search_"))
    builtin.kind = Builtin::Kind::web_search;
  else if (tool.type.starts_with("web_fetch_"))
    builtin.kind = Builtin::Kind::web_fetch;
  else if (tool.type.starts_with("code_execution_"))
    builtin.kind = Builtin::Kind::code_execution;
  else if (tool.type == "mcp_toolset")
    decode_toolset(fields, builtin);
  if (builtin.kind != Builtin::Kind::mcp) decode_domains(fields, builtin);
  for (const auto& field : fields.rest()) builtin.options.emplace_back(field.key());
}

Tool decode_tool(json::value& value, const Path& path) {
  Fields fields(value, path);
  Tool tool;
  tool.type = fields.string("type");
  if (const ClientTool* const own = client_tool(tool.type)) {
    tool.kind = Tool::Kind::client;
    tool.name = fields.required_string("name");
    tool.description = own->description;
    tool.parameters = json::parse(own->schema);
    tool.raw = std::move(value);
    tool.type.clear();  // its calls are nothing special
    return tool;
  }
  if (!tool.type.empty() && tool.type != "custom") {
    decode_builtin(value, path, tool);
    return tool;
  }
  tool.name = fields.required_string("name");
  tool.description = fields.string("description");
  tool.parameters = fields.value("input_schema");
  tool.strict = fields.boolean("strict");
  tool.cache = fields.value("cache_control");
  tool.extras = fields.rest();
  return tool;
}

/// A server is said apart from its tool set. In the first version of the API there are no tool sets: then it is one of its own.
void decode_server(json::value& value, const Path& path, std::vector<Tool>& tools) {
  json::value original = value;
  Fields fields(value, path);
  const std::string label = fields.string("name");
  Tool* tool = nullptr;
  for (Tool& one : tools)
    if (one.builtin.kind == Builtin::Kind::mcp && one.builtin.label == label) tool = &one;
  if (tool == nullptr) {
    tool = &tools.emplace_back();
    tool->kind = Tool::Kind::builtin;
    tool->type = "mcp_servers";
    tool->builtin.kind = Builtin::Kind::mcp;
    tool->builtin.label = label;
  }
  Builtin& builtin = tool->builtin;
  builtin.url = fields.string("url");
  builtin.token = fields.string("authorization_token");
  fields.ignore("type");
  if (json::object* const configuration = fields.object("tool_configuration")) {
    const Path at(path, "tool_configuration");
    Fields inner(*configuration, at);
    builtin.allowed_tools = inner.strings("allowed_tools");
    if (inner.boolean("enabled") == false) builtin.options.emplace_back("tool_configuration.enabled");
  }
  for (const auto& field : fields.rest()) builtin.options.emplace_back(field.key());
  builtin.server = std::move(original);
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
  if (json::array* const servers = fields.array("mcp_servers")) {
    std::size_t index = 0;
    for (json::value& one : *servers) {
      const Path at(fields.path(), "mcp_servers", index++);
      decode_server(one, at, request.tools);
    }
  }
}

}  // namespace patchbay::conversion::anthropic
