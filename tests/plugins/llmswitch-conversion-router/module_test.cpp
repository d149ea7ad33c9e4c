#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "golden.hpp"
#include "patchbay/testing.hpp"

extern "C" const patchbay_plugin_descriptor* patchbay_plugin_entry_v1(void);

/// The module in a connection: what it does around the codecs.
namespace patchbay::conversion::testing {
namespace {

using patchbay::testing::Modules;
using patchbay::testing::StageHarness;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* type = "llmswitch-conversion-router";

class Module : public ::testing::Test {
 protected:
  StageHarness& connect(std::string_view client, std::string_view provider, std::string_view config = "{}",
                        Operation operation = Operation::generate, bool serves = true) {
    module = modules.transform(type, config);
    harness.emplace(*module, ConnectionInfo{"req-1", "route", client, provider, operation, serves});
    return *harness;
  }

  static patchbay::Request request(std::string_view protocol, std::string body, Operation operation = Operation::generate) {
    patchbay::Request request;
    request.id = "req-1";
    request.protocol = protocol;
    request.operation = operation;
    request.body = Document(std::move(body));
    return request;
  }

  Modules modules{*patchbay_plugin_entry_v1()};
  std::unique_ptr<Transform> module;
  std::optional<StageHarness> harness;
};

constexpr const char* messages_request = R"({"model":"m","max_tokens":9,"top_k":3,"messages":[{"role":"user","content":"Hi"}]})";
constexpr const char* streamed_request = R"({"model":"m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"Hi"}]})";
constexpr const char* chat_answer =
    R"({"id":"chatcmpl-1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}})";
constexpr const char* chat_chunk =
    R"({"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}]})";

TEST_F(Module, LeavesTheSameProtocolAlone) { EXPECT_FALSE(connect("gemini", "gemini").has_stage()); }

TEST_F(Module, BridgesWhatItKnowsAndNothingElse) {
  module = modules.transform(type);
  EXPECT_TRUE(module->bridges("openai-responses", "gemini"));
  EXPECT_FALSE(module->bridges("openai-chat", "smoke-signals"));
}

TEST_F(Module, ReportsWhatTheProviderCannotBeTold) {
  StageHarness& harness = connect("anthropic-messages", "openai-chat");
  EXPECT_TRUE(std::holds_alternative<Forward>(harness.request(request("anthropic-messages", messages_request))));
  ASSERT_THAT(harness.client.losses, SizeIs(1));
  EXPECT_EQ(harness.client.losses[0].what, "top_k");
  EXPECT_EQ(harness.sent.protocol, "openai-chat");
}

TEST_F(Module, RefusesItIfItIsStrict) {
  StageHarness& harness = connect("anthropic-messages", "openai-chat", R"({"strict":true})");
  EXPECT_TRUE(std::holds_alternative<Answered>(harness.request(request("anthropic-messages", messages_request))));
  ASSERT_THAT(harness.client.errors, SizeIs(1));
  EXPECT_EQ(harness.client.errors[0].http_status(), 400);
  EXPECT_THAT(harness.client.errors[0].message, HasSubstr("top_k (Chat Completions has no such parameter)"));
  EXPECT_THAT(harness.client.errors[0].original, HasSubstr(R"({"type":"error","error":{"type":"invalid_request_error")"));
}

TEST_F(Module, AcceptsLossesThatAreExcepted) {
  StageHarness& harness = connect("anthropic-messages", "openai-chat", R"({"strict":true,"strict_except":["top_k"]})");
  EXPECT_TRUE(std::holds_alternative<Forward>(harness.request(request("anthropic-messages", messages_request))));
}

TEST_F(Module, NamesTheFirstLossThatIsNotExcepted) {
  StageHarness& harness = connect("openai-chat", "anthropic-messages", R"({"strict":true,"strict_except":["seed"]})");
  harness.request(request("openai-chat", R"({"model":"m","messages":[{"role":"user","content":"Hi"}],"seed":1,"logit_bias":{"1":1}})"));
  ASSERT_THAT(harness.client.errors, SizeIs(1));
  EXPECT_EQ(harness.client.errors[0].param, "logit_bias");
}

TEST_F(Module, SaysWhereARequestIsWrong) {
  StageHarness& harness = connect("anthropic-messages", "openai-chat");
  harness.request(request("anthropic-messages", R"({"messages":[{"role":"user","content":[{"text":"no type"}]}]})"));
  ASSERT_THAT(harness.client.errors, SizeIs(1));
  EXPECT_EQ(harness.client.errors[0].message, "messages[0].content[0].type: is missing");
  EXPECT_EQ(harness.client.errors[0].param, "messages[0].content[0].type");
}

TEST_F(Module, PutsAStreamTogetherForWhoWantsNone) {
  StageHarness& harness = connect("anthropic-messages", "openai-chat");
  harness.request(request("anthropic-messages", messages_request));
  harness.event(chat_chunk);
  harness.end();
  ASSERT_THAT(harness.client.responses, SizeIs(1));
  EXPECT_THAT(harness.client.responses[0], HasSubstr(R"("content":[{"type":"text","text":"Hello"}])"));
}

TEST_F(Module, TellsAWholeAnswerAsAStreamToWhoWantsOne) {
  StageHarness& harness = connect("anthropic-messages", "openai-chat");
  harness.request(request("anthropic-messages", streamed_request));
  harness.response(chat_answer);
  EXPECT_THAT(harness.client.events, SizeIs(6));
  EXPECT_EQ(harness.client.events.back(), R"({"type":"message_stop"})");
  EXPECT_TRUE(harness.client.ended);
}

TEST_F(Module, EndsABrokenStreamInTheClientsWay) {
  StageHarness& harness = connect("anthropic-messages", "openai-chat");
  harness.request(request("anthropic-messages", streamed_request));
  harness.event(chat_chunk);
  harness.error(Error{.kind = ErrorKind::upstream, .message = "cut"});
  ASSERT_THAT(harness.client.errors, SizeIs(1));
  ASSERT_THAT(harness.client.errors[0].ending, SizeIs(1));
  EXPECT_EQ(harness.client.errors[0].ending[0].name, "error");
}

TEST_F(Module, TakesAReplyThatIsNotOfTheProtocolForAFaultOfTheProvider) {
  StageHarness& harness = connect("anthropic-messages", "openai-chat");
  harness.request(request("anthropic-messages", messages_request));
  harness.response(R"({"hello":1})");
  ASSERT_THAT(harness.client.errors, SizeIs(1));
  EXPECT_EQ(harness.client.errors[0].kind, ErrorKind::upstream);
  EXPECT_THAT(harness.client.errors[0].message, HasSubstr("choices: is missing"));
}

TEST_F(Module, ErrorsOfResponsesHaveOpenAIsWords) {
  StageHarness& harness = connect("openai-responses", "openai-chat");
  harness.request(request("openai-responses", R"({"input":1})"));
  ASSERT_THAT(harness.client.errors, SizeIs(1));
  EXPECT_THAT(harness.client.errors[0].original, HasSubstr(R"("type":"invalid_request_error")"));
}

TEST_F(Module, CountsTokensItselfIfTheProviderCannot) {
  StageHarness& harness = connect("anthropic-messages", "openai-chat", "{}", Operation::count_tokens, false);
  EXPECT_TRUE(std::holds_alternative<Answered>(harness.request(request("anthropic-messages", messages_request, Operation::count_tokens))));
  EXPECT_THAT(harness.client.responses, ElementsAre(R"({"input_tokens":5})"));
}

TEST_F(Module, PassesTheQuestionOnIfTheProviderCan) {
  StageHarness& harness = connect("anthropic-messages", "gemini", "{}", Operation::count_tokens);
  harness.request(request("anthropic-messages", messages_request, Operation::count_tokens));
  EXPECT_THAT(std::string(harness.sent.body.text()), HasSubstr("generateContentRequest"));
  harness.response(R"({"totalTokens":42})");
  EXPECT_THAT(harness.client.responses, ElementsAre(R"({"input_tokens":42})"));
}

constexpr const char* searched =
    R"({"id":"msg_1","content":[{"type":"server_tool_use","id":"s","name":"web_search","input":{}},{"type":"text","text":"Hi"}],"stop_reason":"end_turn"})";

TEST_F(Module, ReportsWhatTheClientCannotBeTold) {
  StageHarness& harness = connect("openai-chat", "anthropic-messages");
  harness.request(request("openai-chat", R"({"model":"m","messages":[]})"));
  harness.response(searched);
  ASSERT_THAT(harness.client.losses, SizeIs(1));
  EXPECT_EQ(harness.client.losses[0].what, "server_tool_use");
}

TEST_F(Module, ReportsItOfStreamsAsWell) {
  StageHarness& harness = connect("openai-chat", "anthropic-messages");
  harness.request(request("openai-chat", R"({"model":"m","stream":true,"messages":[]})"));
  harness.response(searched);
  ASSERT_THAT(harness.client.losses, SizeIs(1));
  EXPECT_EQ(harness.client.losses[0].what, "server_tool_use");
}

TEST_F(Module, MakesCustomToolsFunctionsAndBack) {
  StageHarness& harness = connect("openai-responses", "openai-chat");
  harness.request(request("openai-responses", R"({"model":"m","input":"x","tools":[{"type":"custom","name":"patch"}]})"));
  EXPECT_THAT(std::string(harness.sent.body.text()), HasSubstr(R"("type":"function","function":{"name":"patch")"));
  harness.response(
      R"({"id":"c","choices":[{"message":{"tool_calls":[{"id":"call_1","type":"function","function":{"name":"patch","arguments":"{\"input\":\"*** Begin\"}"}}]},"finish_reason":"tool_calls"}]})");
  ASSERT_THAT(harness.client.responses, SizeIs(1));
  EXPECT_THAT(harness.client.responses[0], HasSubstr(R"("type":"custom_tool_call")"));
  EXPECT_THAT(harness.client.responses[0], HasSubstr(R"("input":"*** Begin")"));
}

TEST_F(Module, SaysThatAResponseFailed) {
  StageHarness& harness = connect("openai-chat", "openai-responses");
  harness.request(request("openai-chat", R"({"model":"m","messages":[]})"));
  harness.response(R"({"id":"resp_1","status":"failed","error":{"code":"server_error","message":"no luck"},"output":[]})");
  ASSERT_THAT(harness.client.errors, SizeIs(1));
  EXPECT_EQ(harness.client.errors[0].message, "no luck");
  EXPECT_THAT(harness.client.responses, IsEmpty());
}

}  // namespace
}  // namespace patchbay::conversion::testing
