#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "golden.hpp"
#include "patchbay/testing.hpp"

/// What is Ollama's own, beside the table; embeddings; and that a protocol is one folder.
namespace patchbay::conversion::testing {

namespace json = boost::json;

namespace {

using patchbay::testing::Modules;
using patchbay::testing::StageHarness;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OllamaProvider : public ::testing::Test {
 protected:
  StageHarness& connect(Operation operation = Operation::generate, std::string_view client = "openai-chat") {
    module = modules.transform("llmswitch-conversion-router");
    return harness.emplace(*module, ConnectionInfo{"req-1", "route", client, "ollama-chat", operation, true});
  }

  /// What Ollama gets if a client of Chat Completions says `members`.
  json::object sent(const std::string& members) {
    patchbay::Request request =
        patchbay::testing::chat_request(R"({"model":"m","messages":[{"role":"user","content":"Hi"}],)" + members + "}");
    EXPECT_TRUE(std::holds_alternative<Forward>(connect().request(std::move(request))));
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

TEST_F(OllamaProvider, AlwaysHearsWhetherToStream) { EXPECT_EQ(sent(R"("seed":1)").at("stream"), false); }

struct Thinking {
  std::string effort;
  std::string think;
};

class ThinkingOllama : public OllamaProvider, public ::testing::WithParamInterface<Thinking> {};

TEST_P(ThinkingOllama, GetsItsOwnWord) {
  EXPECT_EQ(json::serialize(sent(R"("reasoning_effort":")" + GetParam().effort + '"').at("think")), GetParam().think);
  EXPECT_THAT(lost(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Efforts, ThinkingOllama,
                         ::testing::Values(Thinking{"none", "false"}, Thinking{"minimal", "\"low\""}, Thinking{"high", "\"high\""},
                                           Thinking{"xhigh", "\"max\""}),
                         [](const auto& info) { return info.param.effort; });

constexpr const char* two_tools = R"("tools":[{"type":"function","function":{"name":"a"}},{"type":"function","function":{"name":"b"}}])";

TEST_F(OllamaProvider, DoesNotKnowOfToolsThatMustNotBeCalled) {
  EXPECT_FALSE(sent(std::string(two_tools) + R"(,"tool_choice":"none")").contains("tools"));
  EXPECT_THAT(lost(), IsEmpty());
}

TEST_F(OllamaProvider, KnowsOnlyTheToolsThatAreAllowed) {
  const json::object body = sent(
      std::string(two_tools) +
      R"(,"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"b"}}]}})");
  EXPECT_EQ(body.at("tools").as_array().size(), 1u);
  EXPECT_EQ(body.at("tools").at(0).at("function").at("name"), "b");
  EXPECT_THAT(lost(), IsEmpty());
}

TEST_F(OllamaProvider, CannotBeMadeToCallATool) {
  (void)sent(std::string(two_tools) + R"(,"tool_choice":"required")");
  EXPECT_THAT(lost(), Contains("tool_choice"));
}

TEST_F(OllamaProvider, WritesJsonWithoutASchema) { EXPECT_EQ(sent(R"("response_format":{"type":"json_object"})").at("format"), "json"); }

TEST_F(OllamaProvider, AnswersEndWhereTheLimitWas) {
  (void)sent(R"("max_tokens":1)");
  harness->response(
      R"({"model":"q","created_at":"2023-11-15T00:13:20+02:00","message":{"role":"assistant","content":"Hi"},"done":true,"done_reason":"length"})");
  ASSERT_FALSE(harness->client.responses.empty());
  const json::value answer = json::parse(harness->client.responses[0]);
  EXPECT_EQ(answer.at_pointer("/choices/0/finish_reason"), "length");
  EXPECT_EQ(answer.at("created"), 1'700'000'000);
  EXPECT_EQ(answer.at("id"), "chatcmpl-req-test");
}

TEST_F(OllamaProvider, ErrorsReachTheClientInItsOwnShape) {
  connect(Operation::generate, "anthropic-messages");
  patchbay::Request request;
  request.body = Document(std::string(R"({"model":"m","max_tokens":9,"messages":[]})"));
  harness->request(std::move(request));
  harness->error(Error{.kind = ErrorKind::not_found,
                       .message = "model 'm' not found",
                       .original = R"({"error":"model 'm' not found"})",
                       .original_protocol = "ollama-chat"});
  EXPECT_EQ(harness->client.errors.at(0).original,
            R"({"type":"error","error":{"type":"not_found_error","message":"model 'm' not found"}})");
}

TEST_F(OllamaProvider, RepliesThatAreNoAnswersAreItsFault) {
  (void)sent(R"("seed":1)");
  harness->response(R"({"done":true})");
  ASSERT_FALSE(harness->client.errors.empty());
  EXPECT_THAT(harness->client.errors[0].message, HasSubstr("message: is missing"));
}

class Embeddings : public OllamaProvider {
 protected:
  json::value embedded(std::string body) {
    connect(Operation::embed);
    harness->request(patchbay::testing::embed_request(std::move(body)));
    if (!harness->client.errors.empty()) return harness->client.errors[0].message.c_str();
    return json::parse(harness->sent.body.text());
  }
};

TEST_F(Embeddings, AreAskedForWithoutCuttingATextThatIsTooLong) {
  EXPECT_EQ(embedded(R"({"model":"m","input":["a","b"],"dimensions":2,"encoding_format":"base64","user":"u"})"),
            json::parse(R"({"model":"m","input":["a","b"],"dimensions":2,"truncate":false})"));
  EXPECT_THAT(lost(), Contains("user"));
}

TEST_F(Embeddings, AreAListOfOpenAIs) {
  (void)embedded(R"({"model":"m","input":"a"})");
  harness->response(R"({"model":"q","embeddings":[[0.5,-1]],"prompt_eval_count":3})");
  EXPECT_EQ(
      json::parse(harness->client.responses.at(0)),
      json::parse(
          R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-1]}],"model":"q","usage":{"prompt_tokens":3,"total_tokens":3}})"));
}

TEST_F(Embeddings, AreBase64IfTheClientWantsThat) {
  (void)embedded(R"({"model":"m","input":"a","encoding_format":"base64"})");
  harness->response(R"({"model":"q","embeddings":[[1,-2]]})");
  EXPECT_THAT(harness->client.responses.at(0), HasSubstr(R"("embedding":"AACAPwAAAMA=")"));
}

TEST_F(Embeddings, OfTokensAreRefused) {
  EXPECT_EQ(embedded(R"({"model":"m","input":[1,2]})"), "input: must be a text or a list of texts: other protocols take no tokens");
}

TEST_F(Embeddings, AreRefusedWhereAProtocolHasNone) {
  module = modules.transform("llmswitch-conversion-router");
  harness.emplace(*module, ConnectionInfo{"req-1", "route", "openai-chat", "gemini", Operation::embed, true});
  harness->request(patchbay::testing::embed_request(R"({"model":"m","input":"a"})"));
  ASSERT_FALSE(harness->client.errors.empty());
  EXPECT_EQ(harness->client.errors[0].message, "embeddings are not converted to gemini, which this route's provider speaks");
}

}  // namespace
}  // namespace patchbay::conversion::testing
