#include <gmock/gmock.h>

#include "fixture.hpp"

namespace patchbay {
namespace {

using ::testing::ElementsAre;

TEST_F(Responses, ServesResponsesAlone) {
  const auto provider = make();
  EXPECT_EQ(provider->protocol(), "openai-responses");
  EXPECT_TRUE(provider->serves(Operation::generate));
  EXPECT_FALSE(provider->serves(Operation::embed));
  EXPECT_FALSE(provider->serves(Operation::count_tokens));
}

TEST_F(Responses, AreProbedByTheListOfModels) {
  EXPECT_EQ(probe()->url, "https://api.openai.com/v1/models");
  EXPECT_EQ(probe(R"({"style":"azure","base_url":"https://me.openai.azure.com"})")->url, "https://me.openai.azure.com/openai/v1/models");
}

TEST_F(Responses, PostsToOpenAiByDefault) {
  const HttpCall got = call(R"({"api_keys":["sk-1"]})", request("{}"));
  EXPECT_EQ(got.method, "POST");
  EXPECT_EQ(got.url, "https://api.openai.com/v1/responses");
  EXPECT_EQ(got.framing, Framing::automatic);
  EXPECT_THAT(lines(got.headers), ElementsAre("Content-Type: application/json", "Authorization: Bearer sk-1"));
}

TEST_F(Responses, TheBaseUrlMayEndWithASlashAndThePathMayBeAnother) {
  EXPECT_EQ(call(R"({"base_url":"http://h/v1//","responses_path":"/r?v=2"})", request("{}")).url, "http://h/v1/r?v=2");
}

TEST_F(Responses, TheCredentialThatTheHostChoseIsUsed) {
  const auto provider = make(R"({"api_keys":["sk-1","sk-2"]})");
  Request asked = request("{}");
  EXPECT_EQ(std::get<HttpCall>(provider->describe(asked, provider->credentials()[1])).headers.find("authorization"), "Bearer sk-2");
}

TEST_F(Responses, AnotherAuthHeaderCarriesTheKeyAsItIs) {
  EXPECT_EQ(call(R"({"api_keys":["k"],"auth_header":"x-api-key"})", request("{}")).headers.find("x-api-key"), "k");
}

TEST_F(Responses, OrganizationProjectAndExtraHeadersAreSent) {
  EXPECT_THAT(lines(call(R"({"organization":"org-1","project":"proj-1","headers":{"X-Title":"Patchbay"}})", request("{}")).headers),
              ElementsAre("Content-Type: application/json", "OpenAI-Organization: org-1", "OpenAI-Project: proj-1", "X-Title: Patchbay"));
}

TEST_F(Responses, OfTheClientsHeadersOnlyOpenAiBetaIsPassedOn) {
  Request asked = request("{}");
  asked.headers = {{"user-agent", "curl"}, {"openai-beta", "a=v1"}, {"session_id", "s"}};
  EXPECT_THAT(lines(call("{}", std::move(asked)).headers), ElementsAre("Content-Type: application/json", "OpenAI-Beta: a=v1"));
}

TEST_F(Responses, TheBodyTravelsByteForByte) {
  const std::string body = "{ \"model\":\"m\", \"temperature\" : 0.70,\n \"input\":\"x\" }";
  EXPECT_EQ(call("{}", request(body)).body, body);
}

TEST_F(Responses, AModelOverrideReplacesTheModelAndNothingElse) {
  EXPECT_EQ(call(R"({"model":"q"})", request(R"({ "x":1.50, "model" : "gpt-5","input":[{"model":"inner"}]})")).body,
            R"({ "x":1.50, "model" : "q","input":[{"model":"inner"}]})");
}

TEST_F(Responses, AModelOverrideRefusesWhatIsNotAnObject) {
  const LocalAnswer answer = refusal(R"({"model":"q"})", request("[1]"));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(explain(answer.status, testing::body_of(answer)).message, "the request body is not a JSON object");
}

TEST_F(Responses, TheModelsOfTheConfigurationAreListed) {
  const auto provider = make(R"({"models":["a","b"]})");
  EXPECT_THAT(std::vector<std::string>(provider->models().begin(), provider->models().end()), ElementsAre("a", "b"));
}

TEST_F(Responses, AzureHasItsV1PathAndItsOwnKeyHeader) {
  const HttpCall got = call(R"({"style":"azure","base_url":"https://me.openai.azure.com/","api_keys":["k"]})", request(R"({"model":"d"})"));
  EXPECT_EQ(got.url, "https://me.openai.azure.com/openai/v1/responses");
  EXPECT_EQ(got.headers.find("api-key"), "k");
  EXPECT_FALSE(got.headers.contains("authorization"));
  EXPECT_EQ(got.body, R"({"model":"d"})");
}

TEST_F(Responses, AnAzureVersionThatIsNoDateStaysWithTheV1Path) {
  EXPECT_EQ(call(R"({"style":"azure","base_url":"https://h","api_version":"preview"})", request("{}")).url,
            "https://h/openai/v1/responses?api-version=preview");
}

TEST_F(Responses, ADatedAzureVersionHasTheOlderPath) {
  EXPECT_EQ(call(R"({"style":"azure","base_url":"https://h","api_version":"2025-04-01-preview"})", request("{}")).url,
            "https://h/openai/responses?api-version=2025-04-01-preview");
}

}  // namespace
}  // namespace patchbay
