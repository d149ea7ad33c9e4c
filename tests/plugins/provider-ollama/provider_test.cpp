#include <gmock/gmock.h>

#include "fixture.hpp"

namespace patchbay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(Ollama, NeedsNoConfiguration) { EXPECT_THAT(faults("{}"), IsEmpty()); }

class RefusedOllamaConfig : public Ollama, public ::testing::WithParamInterface<RefusedSettings> {};

TEST_P(RefusedOllamaConfig, IsAFaultThatNamesItsPlace) { EXPECT_THAT(faults(GetParam().config), ElementsAre(HasSubstr(GetParam().fault))); }

INSTANTIATE_TEST_SUITE_P(Faults, RefusedOllamaConfig,
                         ::testing::Values(RefusedSettings{R"({"base_url":"localhost:11434"})", "/base_url: must begin with http://"},
                                           RefusedSettings{R"({"base_url":"http://h/v1/"})", "/base_url: must end before '/v1'"},
                                           RefusedSettings{R"({"base_url":"http://h/api"})", "/base_url: must end before '/api'"},
                                           RefusedSettings{R"({"api_keys":[""]})", "/api_keys/0: a key must not be empty"},
                                           RefusedSettings{R"({"api_keys":["k"],"headers":{"authorization":"x"}})",
                                                           "carries the key already"},
                                           RefusedSettings{R"({"keep_alive":[]})", "/keep_alive: must be a duration as Ollama writes it"},
                                           RefusedSettings{R"({"modell":"x"})", "did you mean 'model'?"}));

TEST_F(Ollama, SpeaksItsOwnProtocol) {
  const auto provider = make();
  EXPECT_EQ(provider->protocol(), "ollama-chat");
  EXPECT_TRUE(provider->serves(Operation::generate));
  EXPECT_TRUE(provider->serves(Operation::embed));
  EXPECT_FALSE(provider->serves(Operation::count_tokens));
}

TEST_F(Ollama, IsProbedByItsVersion) { EXPECT_EQ(probe(R"({"base_url":"http://h:11434"})")->url, "http://h:11434/api/version"); }

TEST_F(Ollama, PostsChatsAndEmbeddingsToTheirPaths) {
  const HttpCall chat = call("{}", request(R"({"model":"m","stream":false})"));
  EXPECT_EQ(chat.method, "POST");
  EXPECT_EQ(chat.url, "http://127.0.0.1:11434/api/chat");
  EXPECT_EQ(chat.framing, Framing::automatic);
  EXPECT_THAT(lines(chat.headers), ElementsAre("Content-Type: application/json"));
  EXPECT_EQ(call(R"({"base_url":"http://h/ollama/"})", request("{}", Operation::embed)).url, "http://h/ollama/api/embed");
}

TEST_F(Ollama, AStreamComesInLines) { EXPECT_EQ(call("{}", request(R"({"stream":true})")).framing, Framing::ndjson); }

TEST_F(Ollama, AKeyIsABearerToken) {
  EXPECT_EQ(call(R"({"api_keys":["k-1"]})", request("{}")).headers.find("authorization"), "Bearer k-1");
}

TEST_F(Ollama, AModelOverrideReplacesTheModel) {
  EXPECT_EQ(call(R"({"model":"qwen3:8b"})", request(R"({"model":"gpt-4o","x":1.0})")).body, R"({"model":"qwen3:8b","x":1.0})");
  EXPECT_EQ(testing::body_of(refusal(R"({"model":"q"})", request("[]"))), R"({"error":"the request body is not a JSON object"})");
}

constexpr const char* tuned = R"({"num_ctx":16384,"keep_alive":"10m","think":"on-off"})";

TEST_F(Ollama, WhatTheOperatorChoseIsAddedToRequests) {
  EXPECT_EQ(call(tuned, request(R"({"model":"m","options":{"seed":1}})")).body,
            R"({"model":"m","options":{"seed":1,"num_ctx":16384},"keep_alive":"10m"})");
  EXPECT_EQ(call(tuned, request(R"({"model":"m","input":"a"})", Operation::embed)).body,
            R"({"model":"m","input":"a","keep_alive":"10m","options":{"num_ctx":16384}})");
}

TEST_F(Ollama, WhatARequestSaysItselfStays) {
  EXPECT_EQ(call(tuned, request(R"({"keep_alive":0,"options":{"num_ctx":5},"think":false})")).body,
            R"({"keep_alive":0,"options":{"num_ctx":5},"think":false})");
}

TEST_F(Ollama, ModelsWithoutLevelsOnlyThinkOrNot) {
  EXPECT_EQ(call(R"({"think":"on-off"})", request(R"({"think":"low"})")).body, R"({"think":true})");
  EXPECT_EQ(call("{}", request(R"({"think":"low"})")).body, R"({"think":"low"})");
}

TEST_F(Ollama, KeepsItsBytesIfNothingIsChosen) { EXPECT_EQ(call("{}", request(R"({ "x": 1.0 })")).body, R"({ "x": 1.0 })"); }

class OllamaLine : public Ollama, public ::testing::WithParamInterface<RoleOf> {};

TEST_P(OllamaLine, HasARole) { EXPECT_EQ(role(GetParam().data), GetParam().role) << GetParam().data; }

INSTANTIATE_TEST_SUITE_P(
    Lines, OllamaLine,
    ::testing::Values(RoleOf{R"({"model":"m","message":{"role":"assistant","content":""},"done":false})", EventRole::preamble},
                      RoleOf{R"({"model":"m","message":{"role":"assistant","content":"","images":null},"done":false})",
                             EventRole::preamble},
                      RoleOf{R"({"message":{"role":"assistant","content":"Hi"},"done":false})", EventRole::content},
                      RoleOf{R"({"message":{"role":"assistant","content":"","thinking":"hm"},"done":false})", EventRole::content},
                      RoleOf{R"({"message":{"role":"assistant","content":"","tool_calls":[{}]},"done":false})", EventRole::content},
                      RoleOf{R"({"message":{"content":"{\"done\":true,\"error\":\"x\"}"},"done":false})", EventRole::content},
                      RoleOf{R"({"message":{"content":""},"done_reason":"stop","done":true})", EventRole::last},
                      RoleOf{R"({"done":true,"message":{"content":"all"}})", EventRole::last},
                      RoleOf{R"({"error":"an error was encountered while running the model"})", EventRole::failure},
                      RoleOf{R"({"done":true,"error":{"message":"m"}})", EventRole::failure}, RoleOf{"", EventRole::preamble},
                      RoleOf{"not json", EventRole::preamble}, RoleOf{R"({"done":)", EventRole::preamble}));

class OllamaStatus : public Ollama, public ::testing::WithParamInterface<StatusKind> {};

TEST_P(OllamaStatus, DecidesTheKindAndIsKept) {
  const Error error = explain(GetParam().status, R"({"error":"no"})");
  EXPECT_EQ(error.kind, GetParam().kind);
  EXPECT_EQ(error.http_status(), GetParam().status);
  EXPECT_EQ(error.message, "no");
}

INSTANTIATE_TEST_SUITE_P(Statuses, OllamaStatus,
                         ::testing::Values(StatusKind{400, ErrorKind::invalid_request}, StatusKind{401, ErrorKind::authentication},
                                           StatusKind{404, ErrorKind::not_found}, StatusKind{429, ErrorKind::rate_limited},
                                           StatusKind{500, ErrorKind::upstream}, StatusKind{503, ErrorKind::overloaded}));

class OllamaErrorInAStream : public Ollama, public ::testing::WithParamInterface<BodyKind> {};

TEST_P(OllamaErrorInAStream, IsToldByItsWords) {
  EXPECT_EQ(explain(200, std::string(R"({"error":")") + GetParam().body + "\"}").kind, GetParam().kind);
}

INSTANTIATE_TEST_SUITE_P(Words, OllamaErrorInAStream,
                         ::testing::Values(BodyKind{"server busy, please try again.  maximum pending requests exceeded",
                                                    ErrorKind::overloaded},
                                           BodyKind{"model 'x' not found, try pulling it first", ErrorKind::not_found},
                                           BodyKind{"m does not support tools", ErrorKind::invalid_request},
                                           BodyKind{"llama runner process has terminated", ErrorKind::upstream}));

TEST_F(Ollama, ErrorsKeepTheirDelayAndTheirBody) {
  const Error error = explain(503, R"({"error":"busy"})", {{"retry-after", "3"}});
  EXPECT_EQ(error.retry_after, std::chrono::seconds(3));
  EXPECT_EQ(error.source, "provider-ollama");
  EXPECT_EQ(error.original, R"({"error":"busy"})");
  EXPECT_EQ(error.original_protocol, "ollama-chat");
  EXPECT_EQ(explain(502, "<p>bad gateway</p>").message, "the provider answered with status 502: bad gateway");
}

TEST_F(Ollama, AKeyThatTheProviderEchoesIsNotRepeated) {
  EXPECT_EQ(make(R"({"api_keys":["secret-key"]})")->explain(401, {}, R"({"error":"bad secret-key"})").message, "bad [key]");
}

TEST_F(Ollama, ShowsAnExample) { EXPECT_THAT(descriptor().manual, HasSubstr("type = \"provider-ollama\"")); }

}  // namespace
}  // namespace patchbay
