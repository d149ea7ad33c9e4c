#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <sstream>

#include "golden.hpp"
#include "patchbay/testing.hpp"

/// Tools that are more than functions: the table of the manual, and what it says below it.
namespace patchbay::conversion::testing {

namespace json = boost::json;

namespace {

using patchbay::testing::Modules;
using patchbay::testing::StageHarness;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

json::value json_of(std::string_view text) { return json::parse(text); }

/// What a client says to declare each tool of the table.
const std::map<std::string, std::string>& declarations() {
  static const std::map<std::string, std::string> table = {
      {"openai-chat web_search_options", R"({"web_search_options":{}})"},
      {"openai-chat custom", R"({"tools":[{"type":"custom","custom":{"name":"f"}}]})"},
      {"openai-responses web_search", R"({"tools":[{"type":"web_search"}]})"},
      {"openai-responses web_search_preview", R"({"tools":[{"type":"web_search_preview"}]})"},
      {"openai-responses code_interpreter", R"({"tools":[{"type":"code_interpreter","container":{"type":"auto"}}]})"},
      {"openai-responses mcp",
       R"({"tools":[{"type":"mcp","server_label":"s","server_url":"https://s.example","require_approval":"never"}]})"},
      {"openai-responses custom", R"({"tools":[{"type":"custom","name":"f"}]})"},
      {"openai-responses namespace", R"({"tools":[{"type":"namespace","name":"n","tools":[{"type":"function","name":"f"}]}]})"},
      {"openai-responses local_shell", R"({"tools":[{"type":"local_shell"}]})"},
      {"openai-responses shell", R"({"tools":[{"type":"shell"}]})"},
      {"openai-responses apply_patch", R"({"tools":[{"type":"apply_patch"}]})"},
      {"openai-responses file_search", R"({"tools":[{"type":"file_search","vector_store_ids":["v"]}]})"},
      {"openai-responses image_generation", R"({"tools":[{"type":"image_generation"}]})"},
      {"openai-responses computer_use_preview", R"({"tools":[{"type":"computer_use_preview","display_width":1}]})"},
      {"openai-responses tool_search", R"({"tools":[{"type":"tool_search"}]})"},
      {"anthropic-messages web_search_20250305", R"({"tools":[{"type":"web_search_20250305","name":"web_search"}]})"},
      {"anthropic-messages web_fetch_20250910", R"({"tools":[{"type":"web_fetch_20250910","name":"web_fetch"}]})"},
      {"anthropic-messages code_execution_20250825", R"({"tools":[{"type":"code_execution_20250825","name":"code_execution"}]})"},
      {"anthropic-messages mcp_servers",
       R"({"mcp_servers":[{"type":"url","url":"https://s.example","name":"s"}],"tools":[{"type":"mcp_toolset","mcp_server_name":"s"}]})"},
      {"anthropic-messages bash_20250124", R"({"tools":[{"type":"bash_20250124","name":"bash"}]})"},
      {"anthropic-messages text_editor_20250728", R"({"tools":[{"type":"text_editor_20250728","name":"str_replace_based_edit_tool"}]})"},
      {"anthropic-messages memory_20250818", R"({"tools":[{"type":"memory_20250818","name":"memory"}]})"},
      {"anthropic-messages computer_20250124", R"({"tools":[{"type":"computer_20250124","name":"computer","display_width_px":1}]})"},
      {"gemini googleSearch", R"({"tools":[{"googleSearch":{}}]})"},
      {"gemini urlContext", R"({"tools":[{"urlContext":{}}]})"},
      {"gemini codeExecution", R"({"tools":[{"codeExecution":{}}]})"},
      {"gemini googleMaps", R"({"tools":[{"googleMaps":{}}]})"},
      {"gemini fileSearch", R"({"tools":[{"fileSearch":{"fileSearchStoreNames":["s"]}}]})"},
  };
  return table;
}

/// The rest of a request of each protocol.
json::object request_of(std::string_view protocol, std::string_view members) {
  json::object body = json_of(members).as_object();
  if (protocol == "gemini") {
    body["contents"] = json_of(R"([{"parts":[{"text":"Hi"}]}])");
    return body;
  }
  body["model"] = "m";
  if (protocol == "anthropic-messages") body["max_tokens"] = 9;
  body[protocol == "openai-responses" ? "input" : "messages"] = json_of(R"([{"role":"user","content":"Hi"}])");
  return body;
}

class Tools : public ::testing::Test {
 protected:
  /// The body that the provider gets if the client says `members`.
  json::object sent(std::string_view client, std::string_view provider, std::string_view members,
                    std::string_view config = R"({"chat_web_search":true})") {
    module = modules.transform("llmswitch-conversion-router", config);
    harness.emplace(*module, ConnectionInfo{"req-1", "route", client, provider, Operation::generate, true});
    patchbay::Request request;
    request.id = "req-1";
    request.protocol = client;
    request.body = Document(json::value(request_of(client, members)));
    request.set_model("m");
    EXPECT_TRUE(std::holds_alternative<Forward>(harness->request(std::move(request))));
    return json::parse(harness->sent.body.text()).as_object();
  }
  std::vector<std::string> lost() const {
    std::vector<std::string> names;
    for (const patchbay::Loss& loss : harness->client.losses) names.push_back(loss.what);
    return names;
  }

  Modules modules{*patchbay_plugin_entry_v1()};
  std::unique_ptr<Transform> module;
  std::optional<StageHarness> harness;
};

/// The word of the table for what a provider got.
std::string cell(const json::object& body, const std::vector<std::string>& lost) {
  if (body.contains("web_search_options")) return "web_search_options";
  const json::value* const tools = body.if_contains("tools");
  if (tools == nullptr) return lost.size() == 1 && lost[0].starts_with("tools.") ? "reported" : "nothing";
  const json::object& tool = tools->as_array().at(0).as_object();
  if (tool.contains("functionDeclarations") || tool.contains("input_schema")) return "function";
  const json::value* const type = tool.if_contains("type");
  if (type == nullptr) return tool.begin()->key();
  std::string name(type->as_string());
  if (const std::size_t date = name.find("_20"); date != std::string::npos) name.resize(date);
  return name;
}

struct Row {
  std::string client;
  std::string tool;
  std::vector<std::string> cells;
};

std::vector<Row> rows_of(const std::string& manual) {
  std::vector<Row> rows;
  std::istringstream lines(manual);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t tick = line.find(" `");
    const std::size_t end = line.find("` |");
    if (!line.starts_with("| ") || tick == std::string::npos || end == std::string::npos) continue;
    Row row{line.substr(2, tick - 2), line.substr(tick + 2, end - tick - 2), {}};
    std::istringstream rest(line.substr(end + 3));
    for (std::string one; std::getline(rest, one, '|');) row.cells.push_back(one.substr(1, one.size() - 2));
    rows.push_back(std::move(row));
  }
  return rows;
}

TEST_F(Tools, AreWhatTheManualSays) {
  const std::vector<Row> rows = rows_of(modules.descriptor("llmswitch-conversion-router").manual);
  ASSERT_EQ(rows.size(), declarations().size());
  for (const Row& row : rows) {
    SCOPED_TRACE(row.client + " " + row.tool);
    ASSERT_EQ(row.cells.size(), std::size(all_protocols));
    const auto declared = declarations().find(row.client + " " + row.tool);
    ASSERT_NE(declared, declarations().end());
    for (std::size_t i = 0; i < std::size(all_protocols); ++i) {
      SCOPED_TRACE(all_protocols[i]);
      if (row.client == all_protocols[i]) {
        EXPECT_EQ(row.cells[i], "own");
        continue;
      }
      const json::object body = sent(row.client, all_protocols[i], declared->second);
      EXPECT_EQ(row.cells[i], cell(body, lost())) << json::serialize(body);
    }
  }
}

constexpr std::string_view search_of_messages =
    R"({"tools":[{"type":"web_search_20250305","name":"web_search","max_uses":3,"allowed_domains":["a.example"],"user_location":{"type":"approximate","city":"Paris"}}]})";

TEST_F(Tools, OptionsOfASearchAreKeptWhereTheyExist) {
  EXPECT_EQ(
      sent("anthropic-messages", "openai-responses", search_of_messages).at("tools"),
      json_of(
          R"([{"type":"web_search","filters":{"allowed_domains":["a.example"]},"user_location":{"type":"approximate","city":"Paris"}}])"));
  EXPECT_THAT(lost(), ElementsAre("tools.web_search_20250305.max_uses"));
  EXPECT_EQ(sent("anthropic-messages", "openai-chat", search_of_messages).at("web_search_options"),
            json_of(R"({"user_location":{"type":"approximate","approximate":{"city":"Paris"}}})"));
  EXPECT_THAT(lost(), ElementsAre("tools.web_search_20250305.allowed_domains", "tools.web_search_20250305.max_uses"));
}

TEST_F(Tools, OptionsOfASearchComeBackTheOtherWay) {
  EXPECT_EQ(
      sent(
          "openai-responses", "anthropic-messages",
          R"({"tools":[{"type":"web_search","filters":{"allowed_domains":["a.example"]},"user_location":{"type":"approximate","city":"Paris","region":null},"search_context_size":"low"}]})")
          .at("tools"),
      json_of(
          R"([{"type":"web_search_20250305","name":"web_search","allowed_domains":["a.example"],"user_location":{"type":"approximate","city":"Paris"}}])"));
  EXPECT_THAT(lost(), ElementsAre("tools.web_search.search_context_size"));
}

TEST_F(Tools, ASearchReachesChatCompletionsOnlyIfTheModelSearches) {
  EXPECT_FALSE(sent("gemini", "openai-chat", R"({"tools":[{"googleSearch":{}}]})", "{}").contains("web_search_options"));
  EXPECT_THAT(lost(), ElementsAre("tools.googleSearch"));
}

TEST_F(Tools, AServerOfToolsKeepsItsAddressItsTokenAndItsTools) {
  const json::object body = sent(
      "openai-responses", "anthropic-messages",
      R"({"tools":[{"type":"mcp","server_label":"s","server_url":"https://s.example","authorization":"t","allowed_tools":["a"],"require_approval":"never"}]})");
  EXPECT_EQ(body.at("mcp_servers"), json_of(R"([{"type":"url","url":"https://s.example","name":"s","authorization_token":"t"}])"));
  EXPECT_EQ(
      body.at("tools"),
      json_of(R"([{"type":"mcp_toolset","mcp_server_name":"s","default_config":{"enabled":false},"configs":{"a":{"enabled":true}}}])"));
  EXPECT_EQ(harness->sent.headers.find("anthropic-beta"), "mcp-client-2025-11-20");
  EXPECT_THAT(lost(), IsEmpty());
}

TEST_F(Tools, AServerOfToolsIsNotCalledUnaskedIfTheClientWantsToBeAsked) {
  EXPECT_FALSE(
      sent("openai-responses", "anthropic-messages", R"({"tools":[{"type":"mcp","server_label":"s","server_url":"https://s.example"}]})")
          .contains("mcp_servers"));
  EXPECT_THAT(lost(), ElementsAre("tools.mcp"));
}

TEST_F(Tools, AServerOfMessagesIsOneOfResponses) {
  EXPECT_EQ(
      sent(
          "anthropic-messages", "openai-responses",
          R"({"mcp_servers":[{"type":"url","url":"https://s.example","name":"s","authorization_token":"t","tool_configuration":{"allowed_tools":["a"]}}]})")
          .at("tools"),
      json_of(
          R"([{"type":"mcp","server_label":"s","server_url":"https://s.example","require_approval":"never","authorization":"t","allowed_tools":["a"]}])"));
}

TEST_F(Tools, ServerToolsBesideFunctionsAreAllowedToGemini) {
  constexpr std::string_view both = R"({"tools":[{"type":"web_search"},{"type":"function","name":"f"}]})";
  EXPECT_EQ(sent("openai-responses", "gemini", both).at("toolConfig"), json_of(R"({"includeServerSideToolInvocations":true})"));
  EXPECT_THAT(lost(), IsEmpty());
  EXPECT_EQ(sent("openai-responses", "gemini", both, R"({"gemini_mixed_tools":false})").at("tools").as_array().size(), 1u);
  EXPECT_THAT(lost(), ElementsAre("tools.web_search"));
}

TEST_F(Tools, AChoiceOfASearchIsOneOfTheProvidersSearch) {
  constexpr std::string_view forced = R"({"tools":[{"type":"web_search"}],"tool_choice":{"type":"web_search"}})";
  EXPECT_EQ(sent("openai-responses", "anthropic-messages", forced).at("tool_choice"), json_of(R"({"type":"tool","name":"web_search"})"));
  EXPECT_FALSE(sent("openai-responses", "gemini", forced).contains("toolConfig"));
  EXPECT_THAT(lost(), ElementsAre("tool_choice"));
}

/// The output that a client of Responses gets of a model that calls `name`, whole and as the last event of a stream.
json::value output_of(StageHarness& harness) {
  if (!harness.client.responses.empty()) return json::parse(harness.client.responses[0]).at("output");
  return json::parse(harness.client.events.back()).at_pointer("/response/output");
}

struct Lowered {
  std::string tool;       ///< as the client declares it
  std::string call;       ///< the item of a call, as the client gets it, without its ids
  std::string result;     ///< the item of a result
  std::string name;       ///< the function
  std::string arguments;  ///< of the call that the model makes
  std::string text;       ///< the result as the model gets it
};

class LoweredTool : public Tools, public ::testing::WithParamInterface<Lowered> {
 protected:
  std::string members(bool stream) const {
    return R"({"tools":[)" + GetParam().tool + R"(],"stream":)" + (stream ? "true" : "false") + "}";
  }
  json::object first_item() {
    json::object item = output_of(*harness).as_array().at(0).as_object();
    item.erase("id");
    return item;
  }
  std::string call() const {
    return R"({"id":"call_1","type":"function","function":{"name":")" + GetParam().name + R"(","arguments":)" +
           json::serialize(json::string(GetParam().arguments)) + "}}";
  }
};

TEST_P(LoweredTool, IsAFunctionWhoseCallBecomesTheClientsItem) {
  const json::object body = sent("openai-responses", "openai-chat", members(false));
  EXPECT_EQ(body.at("tools").at(0).at("function").at("name"), GetParam().name.c_str());
  harness->response(R"({"id":"c","choices":[{"message":{"tool_calls":[)" + call() + R"(]},"finish_reason":"tool_calls"}]})");
  EXPECT_EQ(json::value(first_item()), json_of(GetParam().call));
}

TEST_P(LoweredTool, DoesSoInStreams) {
  (void)sent("openai-responses", "openai-chat", members(true));
  harness->event(R"({"id":"c","choices":[{"delta":{"tool_calls":[)" + call() + R"(]},"finish_reason":null}]})");
  harness->event(R"({"id":"c","choices":[{"delta":{},"finish_reason":"tool_calls"}]})");
  harness->end();
  EXPECT_EQ(json::value(first_item()), json_of(GetParam().call));
}

TEST_P(LoweredTool, IsLoweredInTheHistory) {
  json::object body = sent("openai-responses", "openai-chat", R"({"tools":[)" + GetParam().tool + "]}");
  patchbay::Request request;
  request.id = "req-1";
  request.body = Document(json::value{{"model", "m"},
                                      {"tools", json::array{json_of(GetParam().tool)}},
                                      {"input", json::array{json_of(GetParam().call), json_of(GetParam().result)}}});
  harness.emplace(*module, ConnectionInfo{"req-1", "route", "openai-responses", "openai-chat", Operation::generate, true});
  harness->request(std::move(request));
  const json::array messages = json::parse(harness->sent.body.text()).at("messages").as_array();
  const json::object& called = messages.at(0).at("tool_calls").at(0).as_object();
  EXPECT_EQ(called.at("id"), "call_1");
  EXPECT_EQ(called.at("function").at("name"), GetParam().name.c_str());
  EXPECT_EQ(json::parse(called.at("function").at("arguments").as_string()), json_of(GetParam().arguments));
  EXPECT_EQ(messages.at(1), (json::value{{"role", "tool"}, {"tool_call_id", "call_1"}, {"content", GetParam().text}}));
}

INSTANTIATE_TEST_SUITE_P(
    Each, LoweredTool,
    ::testing::Values(
        Lowered{
            R"({"type":"local_shell"})",
            R"({"type":"local_shell_call","status":"completed","call_id":"call_1","action":{"type":"exec","command":["ls","-l"],"env":{}}})",
            R"({"type":"local_shell_call_output","call_id":"call_1","output":"a.txt"})", "local_shell",
            R"({"command":["ls","-l"],"env":{}})", "a.txt"},
        Lowered{R"({"type":"shell"})",
                R"({"type":"shell_call","status":"completed","call_id":"call_1","action":{"commands":["ls"],"timeout_ms":5}})",
                R"({"type":"shell_call_output","call_id":"call_1","output":[{"stdout":"a"}]})", "shell",
                R"({"commands":["ls"],"timeout_ms":5})", R"([{"stdout":"a"}])"},
        Lowered{R"({"type":"apply_patch"})",
                R"({"type":"apply_patch_call","status":"completed","call_id":"call_1","operation":{"type":"delete_file","path":"a.txt"}})",
                R"({"type":"apply_patch_call_output","call_id":"call_1","status":"completed","output":"Done"})", "apply_patch",
                R"({"type":"delete_file","path":"a.txt"})", "Done"},
        Lowered{
            R"({"type":"namespace","name":"crm","description":"Customers.","tools":[{"type":"function","name":"find"}]})",
            R"({"type":"function_call","status":"completed","call_id":"call_1","name":"find","namespace":"crm","arguments":"{\"id\":1}"})",
            R"({"type":"function_call_output","call_id":"call_1","output":"Ann"})", "crm__find", R"({"id":1})", "Ann"},
        Lowered{R"({"type":"custom","name":"patch"})",
                R"({"type":"custom_tool_call","status":"completed","call_id":"call_1","name":"patch","input":"*** Begin"})",
                R"({"type":"custom_tool_call_output","call_id":"call_1","output":"Done"})", "patch", R"({"input":"*** Begin"})", "Done"}),
    [](const auto& info) {
      std::string name;
      for (const char c : info.param.name)
        if (c != '_') name += c;
      return name;
    });

TEST_F(Tools, AResultThatNamesTheItemOfItsCallFindsIt) {
  sent("openai-responses", "openai-chat", "{}");
  patchbay::Request request;
  request.body = Document(std::string(
      R"({"model":"m","input":[{"type":"local_shell_call","id":"lsh_1","call_id":"call_1","status":"completed","action":{"type":"exec","command":["ls"],"env":{}}},{"type":"local_shell_call_output","id":"lsh_1","output":"a"}]})"));
  harness.emplace(*module, ConnectionInfo{"req-1", "route", "openai-responses", "openai-chat", Operation::generate, true});
  harness->request(std::move(request));
  EXPECT_THAT(std::string(harness->sent.body.text()), HasSubstr(R"("tool_call_id":"call_1")"));
}

TEST_F(Tools, AShellInAContainerOfTheProviderIsNotTheClients) {
  sent("openai-responses", "openai-chat", R"({"tools":[{"type":"shell","environment":{"type":"container_auto"}}]})");
  EXPECT_THAT(lost(), ElementsAre("tools.shell"));
}

}  // namespace
}  // namespace patchbay::conversion::testing
