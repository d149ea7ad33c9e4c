#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "hub/codec.hpp"

/// What a client of Chat Completions says about sampling, thinking and probabilities, in the words of others.
namespace patchbay::conversion {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Sampling : public ::testing::Test {
 protected:
  /// The request that a provider gets if the client says `members`.
  json::object sent(std::string_view target, std::string_view members) {
    json::value body = json::parse(R"({"model":"m","messages":[{"role":"user","content":"Hi"}],)" + std::string(members) + "}");
    ModelRequest request = find_codec("openai-chat")->decode_request(body, {});
    Fidelity fidelity;
    const json::value encoded = find_codec(target)->encode_request(request, settings, fidelity);
    lost.clear();
    for (const Loss& loss : fidelity.losses()) lost.push_back(loss.what);
    return encoded.as_object();
  }
  /// The same of Messages, without what every request has.
  json::object messages(std::string_view members) {
    json::object body = sent("anthropic-messages", members);
    for (const char* const key : {"model", "messages", "max_tokens"}) body.erase(key);
    return body;
  }

  Settings settings;
  std::vector<std::string> lost;
};

json::value json_of(std::string_view text) { return json::parse(text); }

TEST_F(Sampling, OfTemperatureAndTopPTheSecondGoes) {
  EXPECT_EQ(json::value(messages(R"("temperature":0.5,"top_p":0.9)")), json_of(R"({"temperature":0.5})"));
  EXPECT_THAT(lost, ElementsAre("top_p"));
}

TEST_F(Sampling, WhatIsTheDefaultAnywayGoesFirstAndIsNoLoss) {
  EXPECT_EQ(json::value(messages(R"("temperature":1,"top_p":0.9)")), json_of(R"({"top_p":0.9})"));
  EXPECT_THAT(lost, IsEmpty());
  EXPECT_EQ(json::value(messages(R"("temperature":0.5,"top_p":1)")), json_of(R"({"temperature":0.5})"));
  EXPECT_THAT(lost, IsEmpty());
}

TEST_F(Sampling, WhileItThinksMessagesTakesATopPCloseToOne) {
  EXPECT_FALSE(messages(R"("reasoning_effort":"low","top_p":0.9)").contains("top_p"));
  EXPECT_THAT(lost, ElementsAre("top_p"));
  EXPECT_TRUE(messages(R"("reasoning_effort":"low","top_p":0.96)").contains("top_p"));
  EXPECT_THAT(lost, IsEmpty());
}

TEST_F(Sampling, ModelsThatTakeNoneGetNone) {
  settings.messages_sampling = false;
  EXPECT_EQ(json::value(messages(R"("temperature":0.5,"top_p":1)")), json_of("{}"));
  EXPECT_THAT(lost, ElementsAre("temperature"));
}

TEST_F(Sampling, ModelsThatDecideHowLongTheyThinkGetAnEffort) {
  settings.messages_adaptive = true;
  EXPECT_EQ(json::value(messages(R"("reasoning_effort":"minimal")")),
            json_of(R"({"thinking":{"type":"adaptive","display":"summarized"},"output_config":{"effort":"low"}})"));
  EXPECT_THAT(lost, IsEmpty());
}

TEST_F(Sampling, AskingForTheBestTokensAsksForProbabilities) {
  EXPECT_EQ(json::value(sent("gemini", R"("top_logprobs":2)").at("generationConfig")),
            json_of(R"({"responseLogprobs":true,"logprobs":2})"));
}

constexpr std::string_view of_openai =
    R"({"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi","refusal":null},"logprobs":{"content":[{"token":"Hi","logprob":-0.5,"bytes":null,"top_logprobs":[{"token":"Hi","logprob":-0.5,"bytes":null},{"token":"Ho","logprob":-1.5,"bytes":null}]}],"refusal":null},"finish_reason":"stop"}]})";
constexpr std::string_view of_gemini =
    R"({"avgLogprobs":-0.5,"logprobsResult":{"chosenCandidates":[{"token":"Hi","logProbability":-0.5}],"topCandidates":[{"candidates":[{"token":"Hi","logProbability":-0.5},{"token":"Ho","logProbability":-1.5}]}]}})";

TEST_F(Sampling, ProbabilitiesOfTokensReachClientsOfGemini) {
  json::value body = json_of(of_openai);
  const ModelRequest request;
  const AnswerContext context{"r", request, 1, 1};
  const json::value answer = find_codec("gemini")->encode_answer(find_codec("openai-chat")->decode_answer(body), context);
  json::object candidate = answer.at_pointer("/candidates/0").as_object();
  for (const char* const key : {"content", "finishReason", "index"}) candidate.erase(key);
  EXPECT_EQ(json::value(candidate), json_of(of_gemini));
}

TEST_F(Sampling, ProbabilitiesOfGeminiReachClientsOfOpenAI) {
  json::value body = {{"candidates", json::array{json_of(of_gemini)}}};
  json::object& candidate = body.at_pointer("/candidates/0").as_object();
  candidate["content"] = json_of(R"({"parts":[{"text":"Hi"}],"role":"model"})");
  candidate["finishReason"] = "STOP";
  const ModelRequest request;
  const AnswerContext context{"r", request, 1, 1};
  const json::value answer = find_codec("openai-chat")->encode_answer(find_codec("gemini")->decode_answer(body), context);
  EXPECT_EQ(answer.at_pointer("/choices/0/logprobs"), json_of(of_openai).at_pointer("/choices/0/logprobs"));
}

}  // namespace
}  // namespace patchbay::conversion
