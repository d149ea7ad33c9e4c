#include <gmock/gmock.h>

#include "fixture.hpp"

namespace patchbay {
namespace {

using ::testing::ElementsAre;

TEST_F(Anthropic, ServesMessagesAndCountsTokens) {
  const auto provider = make();
  EXPECT_EQ(provider->protocol(), "anthropic-messages");
  EXPECT_TRUE(provider->serves(Operation::generate));
  EXPECT_TRUE(provider->serves(Operation::count_tokens));
  EXPECT_FALSE(provider->serves(Operation::embed));
}

TEST_F(Anthropic, IsProbedByOneOfItsModels) {
  const std::optional<HttpCall> got = probe(R"({"api_keys":["sk-ant-1"]})");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->method + " " + got->url, "GET https://api.anthropic.com/v1/models?limit=1");
  EXPECT_EQ(got->headers.find("x-api-key"), "sk-ant-1");
  EXPECT_TRUE(got->headers.contains("anthropic-version"));
}

TEST_F(Anthropic, PostsMessagesToAnthropicByDefault) {
  const HttpCall got = call("{}", request("{}"));
  EXPECT_EQ(got.method, "POST");
  EXPECT_EQ(got.url, "https://api.anthropic.com/v1/messages");
  EXPECT_EQ(got.framing, Framing::automatic);
  EXPECT_THAT(lines(got.headers), ElementsAre("Content-Type: application/json", "anthropic-version: 2023-06-01"));
}

TEST_F(Anthropic, CountsTokensAtTheirOwnPath) {
  EXPECT_EQ(call("{}", request("{}", Operation::count_tokens)).url, "https://api.anthropic.com/v1/messages/count_tokens");
}

TEST_F(Anthropic, TheBaseUrlMayEndWithASlash) {
  EXPECT_EQ(call(R"({"base_url":"https://h/api/anthropic//"})", request("{}")).url, "https://h/api/anthropic/v1/messages");
}

TEST_F(Anthropic, AKeyIsSentAsItIs) {
  const HttpCall got = call(R"({"api_keys":["sk-ant-1"]})", request("{}"));
  EXPECT_EQ(got.headers.find("x-api-key"), "sk-ant-1");
  EXPECT_FALSE(got.headers.contains("authorization"));
}

TEST_F(Anthropic, AKeyMayBeABearerToken) {
  const HttpCall got = call(R"({"api_keys":["t"],"auth":"bearer"})", request("{}"));
  EXPECT_EQ(got.headers.find("authorization"), "Bearer t");
  EXPECT_FALSE(got.headers.contains("x-api-key"));
}

TEST_F(Anthropic, TheCredentialThatTheHostChoseIsUsed) {
  const auto provider = make(R"({"api_keys":["sk-ant-1","sk-ant-2"]})");
  ASSERT_EQ(provider->credentials().size(), 2u);
  EXPECT_EQ(provider->credentials()[1].id, "key2");
  Request chat = request("{}");
  EXPECT_EQ(std::get<HttpCall>(provider->describe(chat, provider->credentials()[1])).headers.find("x-api-key"), "sk-ant-2");
}

TEST_F(Anthropic, VersionAndExtraHeadersAreSent) {
  const HttpCall got = call(R"({"version":"2099-01-01","headers":{"X-Title":"Patchbay"}})", request("{}"));
  EXPECT_THAT(lines(got.headers), ElementsAre("Content-Type: application/json", "anthropic-version: 2099-01-01", "X-Title: Patchbay"));
}

TEST_F(Anthropic, ConfiguredBetasAreSent) {
  EXPECT_EQ(call(R"({"betas":["a-1","b-2"]})", request("{}")).headers.find("anthropic-beta"), "a-1,b-2");
}

TEST_F(Anthropic, TheClientsBetasJoinTheConfiguredOnesOnce) {
  Request chat = request("{}");
  chat.headers = {{"anthropic-beta", "b-2, c-3"}, {"Anthropic-Beta", ",d-4 ,c-3,\t"}};
  EXPECT_EQ(call(R"({"betas":["a-1","b-2","a-1"]})", std::move(chat)).headers.find("anthropic-beta"), "a-1,b-2,c-3,d-4");
}

TEST_F(Anthropic, OfTheClientsHeadersOnlyItsBetasArePassedOn) {
  Request chat = request("{}");
  chat.headers = {{"user-agent", "curl"}, {"anthropic-version", "2020-01-01"}, {"anthropic-beta", "a-1"}, {"x-api-key", "k"}};
  EXPECT_THAT(lines(call("{}", std::move(chat)).headers),
              ElementsAre("Content-Type: application/json", "anthropic-version: 2023-06-01", "anthropic-beta: a-1"));
}

TEST_F(Anthropic, AnEmptyBetaHeaderIsNotSent) {
  Request chat = request("{}");
  chat.headers = {{"anthropic-beta", " , "}};
  EXPECT_FALSE(call("{}", std::move(chat)).headers.contains("anthropic-beta"));
}

TEST_F(Anthropic, TheBodyTravelsByteForByte) {
  const std::string body = "{ \"max_tokens\" : 1e3,\n \"model\":\"m\" }";
  EXPECT_EQ(call("{}", request(body)).body, body);
}

TEST_F(Anthropic, AModelOverrideReplacesTheModelAndNothingElse) {
  EXPECT_EQ(call(R"({"model":"glm"})", request(R"({ "x":1.50, "model" : "claude","messages":[{"model":"inner"}]})")).body,
            R"({ "x":1.50, "model" : "glm","messages":[{"model":"inner"}]})");
}

TEST_F(Anthropic, AModelOverrideHoldsForCountingToo) {
  EXPECT_EQ(call(R"({"model":"glm"})", request(R"({"model":"claude"})", Operation::count_tokens)).body, R"({"model":"glm"})");
}

TEST_F(Anthropic, AModelOverrideRefusesWhatIsNotAnObject) {
  const LocalAnswer answer = refusal(R"({"model":"glm"})", request("[1]"));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(testing::body_of(answer),
            R"({"type":"error","error":{"type":"invalid_request_error","message":"the request body is not a JSON object"}})");
}

TEST_F(Anthropic, ARefusalIsExplainedLikeAnErrorOfTheApi) {
  const LocalAnswer answer = refusal(R"({"model":"glm"})", request("[1]"));
  const Error error = explain(answer.status, testing::body_of(answer));
  EXPECT_EQ(error.kind, ErrorKind::invalid_request);
  EXPECT_EQ(error.message, "the request body is not a JSON object");
}

TEST_F(Anthropic, TheModelsOfTheConfigurationAreListed) {
  const auto provider = make(R"({"models":["a","b"]})");
  EXPECT_THAT(std::vector<std::string>(provider->models().begin(), provider->models().end()), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace patchbay
