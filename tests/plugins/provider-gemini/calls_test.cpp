#include <gmock/gmock.h>

#include "fixture.hpp"

namespace patchbay {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view google = "https://generativelanguage.googleapis.com/v1beta/";

TEST_F(Gemini, ServesEverythingInItsOwnProtocol) {
  const auto provider = make();
  EXPECT_EQ(provider->protocol(), "gemini");
  EXPECT_TRUE(provider->serves(Operation::generate));
  EXPECT_TRUE(provider->serves(Operation::count_tokens));
  EXPECT_TRUE(provider->serves(Operation::embed));
}

TEST_F(Gemini, IsProbedByOneOfItsModels) { EXPECT_EQ(probe()->url, std::string(google) + "models?pageSize=1"); }

TEST_F(Gemini, OnVertexHasNothingToBeProbedBy) {
  EXPECT_FALSE(probe(R"({"style":"vertex","project":"p","location":"global","api_keys":["t"]})"));
}

TEST_F(Gemini, GeneratesContentAtTheModelsPath) {
  const HttpCall got = call("{}", generate("gemini-2.5-pro"));
  EXPECT_EQ(got.method, "POST");
  EXPECT_EQ(got.url, std::string(google) + "models/gemini-2.5-pro:generateContent");
  EXPECT_THAT(lines(got.headers), ElementsAre("Content-Type: application/json"));
}

TEST_F(Gemini, StreamsAsServerSentEvents) {
  const HttpCall got = call("{}", generate("m", true));
  EXPECT_EQ(got.url, std::string(google) + "models/m:streamGenerateContent?alt=sse");
  EXPECT_EQ(got.framing, Framing::automatic);
}

TEST_F(Gemini, CountsTokensAndEmbedsAtTheirOwnMethods) {
  EXPECT_EQ(call("{}", other(Operation::count_tokens)).url, std::string(google) + "models/m:countTokens");
  EXPECT_EQ(call("{}", other(Operation::embed)).url, std::string(google) + "models/m:embedContent");
  EXPECT_EQ(call("{}", other(Operation::embed, R"({"requests":[]})")).url, std::string(google) + "models/m:batchEmbedContents");
}

TEST_F(Gemini, BaseUrlAndVersionCanBeSet) {
  EXPECT_EQ(call(R"({"base_url":"http://127.0.0.1:9/g/","api_version":"v1"})", generate("m")).url,
            "http://127.0.0.1:9/g/v1/models/m:generateContent");
}

TEST_F(Gemini, TheKeyHasItsOwnHeaderAndNeverStandsInTheUrl) {
  const auto provider = make(R"({"api_keys":["AIza-1","AIza-2"],"headers":{"X-Title":"Patchbay"}})");
  Request request = generate("m");
  const auto got = std::get<HttpCall>(provider->describe(request, provider->credentials()[1]));
  EXPECT_THAT(lines(got.headers), ElementsAre("Content-Type: application/json", "X-Title: Patchbay", "x-goog-api-key: AIza-2"));
  EXPECT_EQ(got.url.find("AIza"), std::string::npos);
}

TEST_F(Gemini, NoneOfTheClientsHeadersIsPassedOn) {
  Request request = generate("m");
  request.headers = {{"user-agent", "curl"}, {"x-goog-api-key", "k"}, {"x-goog-api-client", "genai"}};
  EXPECT_THAT(lines(call("{}", std::move(request)).headers), ElementsAre("Content-Type: application/json"));
}

TEST_F(Gemini, TheBodyTravelsByteForByteWhateverItSaysOfModelAndStream) {
  const std::string body = "{ \"model\":\"x\", \"stream\":true,\n \"contents\" : [] }";
  const HttpCall got = call(R"({"model":"mine"})", generate("m", false, body));
  EXPECT_EQ(got.body, body);
  EXPECT_EQ(got.url, std::string(google) + "models/mine:generateContent");
}

TEST_F(Gemini, AModelOverrideNamesTheModelInABatchToo) {
  EXPECT_EQ(call(R"({"model":"mine"})", other(Operation::embed, R"({"requests":[{"model":"models/m","content":{}},{"content":{}}]})")).body,
            R"({"requests":[{"model":"models/mine","content":{}},{"content":{},"model":"models/mine"}]})");
}

TEST_F(Gemini, WithoutAModelOverrideABatchTravelsAsItCame) {
  const std::string body = R"({ "requests" : [ {"model":"models/m"} ] })";
  EXPECT_EQ(call("{}", other(Operation::embed, body)).body, body);
}

TEST_F(Gemini, TheModelsOfTheConfigurationAreListed) {
  const auto provider = make(R"({"models":["a","b"]})");
  EXPECT_THAT(std::vector<std::string>(provider->models().begin(), provider->models().end()), ElementsAre("a", "b"));
}

constexpr std::string_view vertex = R"({"style":"vertex","project":"p-1","location":"europe-west1","api_keys":["ya29.x"]})";

TEST_F(Gemini, VertexNamesProjectAndLocationAndTakesABearerToken) {
  const HttpCall got = call(vertex, generate("gemini-2.5-pro", true));
  EXPECT_EQ(got.url,
            "https://europe-west1-aiplatform.googleapis.com/v1/projects/p-1/locations/europe-west1/publishers/google/models/gemini-2.5-pro"
            ":streamGenerateContent?alt=sse");
  EXPECT_EQ(got.headers.find("authorization"), "Bearer ya29.x");
  EXPECT_FALSE(got.headers.contains("x-goog-api-key"));
}

TEST_F(Gemini, VertexHasOneAddressForAllLocations) {
  EXPECT_EQ(call(R"({"style":"vertex","project":"p","location":"global"})", other(Operation::count_tokens)).url,
            "https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/google/models/m:countTokens");
}

TEST_F(Gemini, VertexMayBeAtAnotherAddress) {
  EXPECT_EQ(call(R"({"style":"vertex","project":"p","location":"eu","base_url":"https://h","api_version":"v1beta1"})", generate("m")).url,
            "https://h/v1beta1/projects/p/locations/eu/publishers/google/models/m:generateContent");
}

TEST_F(Gemini, VertexEmbedsInAnotherWayThatIsNotServed) { EXPECT_FALSE(make(vertex)->serves(Operation::embed)); }

}  // namespace
}  // namespace patchbay
