#include <gmock/gmock.h>

#include "fixture.hpp"

namespace patchbay {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view no_nightjar = R"({"answer":{"words":["nightjar"],"patterns":{"number":"[0-9]{3}-[0-9]{3}"}}})";

class GuardedAnswers : public Guard, public ::testing::WithParamInterface<samples::Sample> {
 protected:
  /// What the client has of a stream with these pieces.
  std::string streamed(const std::vector<std::string>& pieces, std::string_view config = no_nightjar) {
    ask(config, GetParam().as_request(GetParam().request("hi"), true));
    for (const std::string& event : GetParam().stream(pieces)) harness().event(event);
    harness().end();
    return GetParam().joined(client().events);
  }
};
INSTANTIATE_TEST_SUITE_P(Protocols, GuardedAnswers, ::testing::ValuesIn(samples::all), samples::title);

TEST_P(GuardedAnswers, AWholeAnswerIsWithheld) {
  ask(no_nightjar, GetParam().as_request(GetParam().request("hi")));
  harness().response(GetParam().answer("It is called Nightjar."));
  EXPECT_THAT(client().responses, IsEmpty());
  EXPECT_EQ(code(), "answer_denied");
  EXPECT_EQ(client().errors.at(0).http_status(), 403);
}

TEST_P(GuardedAnswers, AWholeAnswerPassesWithItsBytes) {
  ask(no_nightjar, GetParam().as_request(GetParam().request("hi")));
  harness().response(GetParam().answer("Nothing here."));
  EXPECT_THAT(client().responses, ElementsAre(GetParam().answer("Nothing here.")));
}

TEST_P(GuardedAnswers, AStreamIsCutOffBeforeThePieceThatCompletesIt) {
  EXPECT_EQ(streamed({"It is call 555-", "123", " now"}), "It is call 555-");
  EXPECT_EQ(code(), "answer_denied");
  EXPECT_FALSE(client().ended);
}

TEST_P(GuardedAnswers, AWordIsFoundWhereverTheStreamIsCut) {
  const std::string text = "say nightjar!";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    streamed({text.substr(0, cut), text.substr(cut)});
    EXPECT_EQ(code(), "answer_denied") << "cut at " << cut;
  }
}

TEST_P(GuardedAnswers, AWordThatGoesOnIsAnotherWord) {
  EXPECT_EQ(streamed({"say nightjar", "ring"}), "say nightjarring");
  EXPECT_EQ(code(), "");
}

TEST_P(GuardedAnswers, AWordAtTheVeryEndIsFound) {
  streamed({"say ", "nightjar"});
  EXPECT_EQ(code(), "answer_denied");
}

TEST_P(GuardedAnswers, AStreamPassesWithItsBytes) {
  const std::vector<std::string> pieces = {"Nothing ", "here."};
  streamed(pieces);
  EXPECT_THAT(client().events, ElementsAreArray(GetParam().stream(pieces)));
  EXPECT_TRUE(client().ended);
}

TEST_P(GuardedAnswers, ALongStreamIsLookedAtInAWindow) {
  std::vector<std::string> pieces(100, "goodnightjars and more of them ");
  pieces.push_back("night");
  pieces.push_back("jar ");
  streamed(pieces, R"({"window_bytes":64,"answer":{"words":["nightjar"]}})");
  EXPECT_EQ(code(), "answer_denied");
}

TEST_P(GuardedAnswers, AWindowDoesNotMakeWordsOfParts) {
  const std::vector<std::string> pieces(100, "unnightjar-nightjarred_nightjar");
  streamed(pieces, R"({"window_bytes":64,"answer":{"words":["nightjar"]}})");
  EXPECT_EQ(code(), "");
}

TEST_F(Guard, ArgumentsOfCallsAreLookedAt) {
  ask(no_nightjar, R"({"messages":[]})");
  harness().response(R"({"choices":[{"message":{"tool_calls":[{"function":{"name":"f","arguments":"{\"q\":\"nightjar\"}"}}]}}]})");
  EXPECT_EQ(code(), "answer_denied");
}

TEST_F(Guard, NothingPassesAfterTheCut) {
  ask(no_nightjar, R"({"messages":[]})");
  harness().event(R"({"choices":[{"index":0,"delta":{"content":"555-123"}}]})");
  harness().event(R"({"choices":[{"index":0,"delta":{"content":"more"}}]})");
  harness().end();
  EXPECT_THAT(client().events, IsEmpty());
  EXPECT_EQ(client().ignored, 0u);
}

TEST_F(Guard, WithoutRulesForAnswersNothingIsParsed) {
  ask(R"({"prompt":{"words":["x"]}})", R"({"messages":[]})");
  harness().event("not even json");
  EXPECT_THAT(client().events, ElementsAre("not even json"));
}

TEST_F(Guard, RefusalsAreLogged) {
  ask(no_nightjar, R"({"messages":[]})");
  harness().response(samples::all[0].answer("nightjar"));
  ASSERT_EQ(modules.host.lines.size(), 1u);
  EXPECT_THAT(modules.host.lines[0].message, HasSubstr("request req-test refused: answer_denied"));
}

}  // namespace
}  // namespace patchbay
