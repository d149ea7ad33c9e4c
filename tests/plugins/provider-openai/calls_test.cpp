#include <gmock/gmock.h>

#include <boost/json/value.hpp>

#include "fixture.hpp"

namespace patchbay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> lines(const Headers& headers) {
  std::vector<std::string> all;
  for (const Header& header : headers) all.push_back(header.name + ": " + header.value);
  return all;
}

TEST_F(OpenAi, ServesChatAndEmbeddingsInTheChatProtocol) {
  const auto provider = make();
  EXPECT_EQ(provider->protocol(), "openai-chat");
  EXPECT_TRUE(provider->serves(Operation::generate));
  EXPECT_TRUE(provider->serves(Operation::embed));
  EXPECT_FALSE(provider->serves(Operation::count_tokens));
}

TEST_F(OpenAi, IsProbedByItsListOfModels) {
  const std::optional<HttpCall> got = probe(R"({"api_keys":["sk-1"],"base_url":"http://h/v1/"})");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->method + " " + got->url, "GET http://h/v1/models");
  EXPECT_THAT(lines(got->headers), ElementsAre("Authorization: Bearer sk-1"));
  EXPECT_EQ(got->body, "");
}

TEST_F(OpenAi, OfAzureIsProbedThere) {
  const std::optional<HttpCall> got =
      probe(R"({"style":"azure","base_url":"https://me.openai.azure.com","api_keys":["k"],"api_version":"2024-10-21"})");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->url, "https://me.openai.azure.com/openai/models?api-version=2024-10-21");
  EXPECT_THAT(lines(got->headers), ElementsAre("api-key: k"));
}

TEST_F(OpenAi, PostsChatToOpenAiByDefault) {
  const HttpCall got = call("{}");
  EXPECT_EQ(got.method, "POST");
  EXPECT_EQ(got.url, "https://api.openai.com/v1/chat/completions");
  EXPECT_EQ(got.framing, Framing::automatic);
}

TEST_F(OpenAi, PostsEmbeddingsToTheirOwnPath) {
  const auto provider = make();
  EXPECT_EQ(call(*provider, testing::embed_request(R"({"model":"m","input":"x"})")).url, "https://api.openai.com/v1/embeddings");
}

TEST_F(OpenAi, TheBaseUrlMayEndWithASlash) {
  EXPECT_EQ(call(R"({"base_url":"http://127.0.0.1:8000/v1//"})").url, "http://127.0.0.1:8000/v1/chat/completions");
}

TEST_F(OpenAi, PathsCanBeOverridden) {
  const auto provider = make(R"({"base_url":"http://h","chat_path":"/chat?v=2","embeddings_path":"/vectors"})");
  EXPECT_EQ(call(*provider, testing::chat_request("{}")).url, "http://h/chat?v=2");
  EXPECT_EQ(call(*provider, testing::embed_request("{}")).url, "http://h/vectors");
}

TEST_F(OpenAi, TheBodyTravelsByteForByte) {
  const std::string body = "{ \"temperature\" : 0.70,\n \"big\": 12345678901234567890123, \"model\":\"m\" }";
  EXPECT_EQ(call("{}", body).body, body);
}

TEST_F(OpenAi, ABodyIsNotParsedByTheProvider) { EXPECT_EQ(call("{}", "{not json").body, "{not json"); }

TEST_F(OpenAi, WithoutKeysThereIsNoCredentialAndNoAuthorization) {
  EXPECT_TRUE(make()->credentials().empty());
  EXPECT_THAT(lines(call("{}").headers), ElementsAre("Content-Type: application/json"));
}

TEST_F(OpenAi, AKeyIsABearerToken) {
  EXPECT_THAT(lines(call(R"({"api_keys":["sk-one"]})").headers),
              ElementsAre("Content-Type: application/json", "Authorization: Bearer sk-one"));
}

TEST_F(OpenAi, EveryKeyIsACredentialWhoseNameDoesNotTellIt) {
  const auto provider = make(R"({"api_keys":["sk-one","sk-two"]})");
  ASSERT_EQ(provider->credentials().size(), 2u);
  EXPECT_EQ(provider->credentials()[0].id, "key1");
  EXPECT_EQ(provider->credentials()[1].id, "key2");
  EXPECT_NE(provider->credentials()[0].secret, provider->credentials()[1].secret);
}

TEST_F(OpenAi, TheCredentialThatTheHostChoseIsUsed) {
  const auto provider = make(R"({"api_keys":["sk-one","sk-two"]})");
  Request request = testing::chat_request("{}");
  const auto got = std::get<HttpCall>(provider->describe(request, provider->credentials()[1]));
  EXPECT_EQ(got.headers.find("authorization"), "Bearer sk-two");
}

TEST_F(OpenAi, AnotherAuthHeaderCarriesTheKeyAsItIs) {
  const HttpCall got = call(R"({"api_keys":["sk-one"],"auth_header":"x-api-key"})");
  EXPECT_EQ(got.headers.find("x-api-key"), "sk-one");
  EXPECT_FALSE(got.headers.contains("authorization"));
}

TEST_F(OpenAi, OrganizationProjectAndExtraHeadersAreSent) {
  const HttpCall got = call(R"({"organization":"org-1","project":"proj-1","headers":{"X-Title":"Patchbay"}})");
  EXPECT_THAT(lines(got.headers),
              ElementsAre("Content-Type: application/json", "OpenAI-Organization: org-1", "OpenAI-Project: proj-1", "X-Title: Patchbay"));
}

TEST_F(OpenAi, OfTheClientsHeadersOnlyOpenAiBetaIsPassedOn) {
  Request request = testing::chat_request("{}");
  request.headers = {{"user-agent", "curl"}, {"openai-beta", "a=v1"}, {"accept", "*/*"},
                     {"cookie", "c"},        {"OpenAI-Beta", "b=v2"}, {"x-api-key", "k"}};
  const auto provider = make();
  EXPECT_THAT(lines(call(*provider, std::move(request)).headers),
              ElementsAre("Content-Type: application/json", "OpenAI-Beta: a=v1", "OpenAI-Beta: b=v2"));
}

TEST_F(OpenAi, TheModelsOfTheConfigurationAreListed) {
  const auto provider = make(R"({"models":["a","b"]})");
  EXPECT_THAT(std::vector<std::string>(provider->models().begin(), provider->models().end()), ElementsAre("a", "b"));
}

TEST_F(OpenAi, AModelOverrideReplacesTheModelAndNothingElse) {
  EXPECT_EQ(call(R"({"model":"qwen \"3\""})", R"({ "x":1.50, "model" : "gpt-4o","messages":[{"model":"inner"}]})").body,
            R"({ "x":1.50, "model" : "qwen \"3\"","messages":[{"model":"inner"}]})");
}

TEST_F(OpenAi, AModelOverrideIsAddedWhereTheClientNamedNone) {
  EXPECT_EQ(call(R"({"model":"q"})", R"({"a":1})").body, R"({"model":"q","a":1})");
  EXPECT_EQ(call(R"({"model":"q"})", "{ }").body, R"({"model":"q" })");
}

TEST_F(OpenAi, AModelOverrideReplacesEverySpellingOfTheKey) {
  EXPECT_EQ(call(R"({"model":"q"})", R"({"model":"a","mod\u0065l":"b","model":3})").body, R"({"model":"q","mod\u0065l":"q","model":"q"})");
}

TEST_F(OpenAi, AModelOverrideSeesWhatStagesEdited) {
  Request request = testing::chat_request(R"({"model":"a"})");
  request.body.edit().as_object()["extra"] = true;
  const auto provider = make(R"({"model":"q"})");
  EXPECT_EQ(call(*provider, std::move(request)).body, R"({"model":"q","extra":true})");
}

TEST_F(OpenAi, AModelOverrideRefusesWhatIsNotAnObject) {
  const LocalAnswer answer = refusal(R"({"model":"q"})", "[1]");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(testing::body_of(answer),
            R"({"error":{"message":"the request body is not a JSON object","type":"invalid_request_error","param":null,"code":null}})");
}

constexpr std::string_view azure =
    R"({"style":"azure","base_url":"https://me.openai.azure.com/","api_keys":["k-azure"],"api_version":"2025-01-01-preview"})";

TEST_F(OpenAi, AzureNamesTheDeploymentInThePathAndSendsTheKeyInItsOwnHeader) {
  const HttpCall got = call(azure, R"({"model":"gpt-4o.mini"})");
  EXPECT_EQ(got.url, "https://me.openai.azure.com/openai/deployments/gpt-4o.mini/chat/completions?api-version=2025-01-01-preview");
  EXPECT_EQ(got.headers.find("api-key"), "k-azure");
  EXPECT_FALSE(got.headers.contains("authorization"));
}

TEST_F(OpenAi, AzureEmbeddingsNameTheDeploymentToo) {
  const auto provider = make(azure);
  EXPECT_EQ(call(*provider, testing::embed_request(R"({"model":"ada","input":"x"})")).url,
            "https://me.openai.azure.com/openai/deployments/ada/embeddings?api-version=2025-01-01-preview");
}

TEST_F(OpenAi, AModelOverrideNamesTheAzureDeployment) {
  const HttpCall got = call(R"({"style":"azure","base_url":"https://h","model":"mine"})", R"({"model":"../x"})");
  EXPECT_EQ(got.url, "https://h/openai/deployments/mine/chat/completions?api-version=2024-10-21");
  EXPECT_EQ(got.body, R"({"model":"mine"})");
}

class UnsafeDeployment : public OpenAi, public ::testing::WithParamInterface<const char*> {};

TEST_P(UnsafeDeployment, NeverEntersAnAzureUrl) {
  const LocalAnswer answer = refusal(azure, std::string(R"({"model":")") + GetParam() + "\"}");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(testing::body_of(answer), HasSubstr("cannot name an Azure deployment"));
  EXPECT_THAT(testing::body_of(answer), HasSubstr(R"("param":"model")"));
}

INSTANTIATE_TEST_SUITE_P(Names, UnsafeDeployment,
                         ::testing::Values("", ".", "..", "a/b", "a?b", "a#b", "a%2fb", "a b", "a\\\\b", "ü", "a\\u0000b"));

}  // namespace
}  // namespace patchbay
