#include <gmock/gmock.h>

#include "fixture.hpp"

namespace patchbay {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr std::string_view restoring = R"({"restore":true})";

class RestoredAnswers : public Redaction, public ::testing::WithParamInterface<samples::Sample> {
 protected:
  /// The text of a stream as the client puts it together.
  std::string streamed(const std::vector<std::string>& pieces) const {
    const auto module = make(restoring);
    testing::StageHarness harness(*module, GetParam().connection());
    harness.request(GetParam().as_request(GetParam().request("I am ann@example.org"), true));
    for (const std::string& event : GetParam().stream(pieces)) harness.event(event);
    harness.end();
    EXPECT_TRUE(harness.client.ended);
    return GetParam().joined(harness.client.events);
  }
};
INSTANTIATE_TEST_SUITE_P(Protocols, RestoredAnswers, ::testing::ValuesIn(samples::all), samples::title);

TEST_P(RestoredAnswers, HaveTheValuesBack) {
  const auto module = make(restoring);
  testing::StageHarness harness(*module, GetParam().connection());
  harness.request(GetParam().as_request(GetParam().request("I am ann@example.org")));
  harness.response(GetParam().answer("Hello [EMAIL_1], not [EMAIL_2]."));
  EXPECT_THAT(harness.client.responses, ElementsAre(GetParam().answer("Hello ann@example.org, not [EMAIL_2].")));
}

TEST_P(RestoredAnswers, HaveThePlaceholdersUnlessToldOtherwise) {
  const auto module = make();
  testing::StageHarness harness(*module, GetParam().connection());
  harness.request(GetParam().as_request(GetParam().request("I am ann@example.org")));
  harness.response(GetParam().answer("Hello [EMAIL_1]."));
  EXPECT_THAT(harness.client.responses, ElementsAre(GetParam().answer("Hello [EMAIL_1].")));
}

TEST_P(RestoredAnswers, StreamsAreRestoredWhereverTheyAreCut) {
  const std::string text = "Hi [EMAIL_1] [x] [[EMAIL_1]!";
  for (std::size_t cut = 0; cut <= text.size(); ++cut)
    EXPECT_EQ(streamed({text.substr(0, cut), text.substr(cut)}), "Hi ann@example.org [x] [ann@example.org!") << "cut at " << cut;
}

TEST_P(RestoredAnswers, StreamsOfSingleBytesAreRestored) {
  std::vector<std::string> pieces;
  for (const char c : std::string("a [EMAIL_1] b [EMAIL_")) pieces.emplace_back(1, c);
  EXPECT_EQ(streamed(pieces), "a ann@example.org b [EMAIL_");
}

TEST_P(RestoredAnswers, NothingWaitsThatCannotBeAPlaceholder) {
  const auto module = make(restoring);
  testing::StageHarness harness(*module, GetParam().connection());
  harness.request(GetParam().as_request(GetParam().request("I am ann@example.org"), true));
  const std::vector<std::string> events = GetParam().stream({"one [EX", "two [EM"});
  for (const std::string& event : events) {
    harness.event(event);
    if (GetParam().joined({event}) == "two [EM") break;
  }
  EXPECT_EQ(GetParam().joined(harness.client.events), "one [EXtwo ");
}

TEST_P(RestoredAnswers, AStreamThatFailsSaysFirstWhatWaited) {
  const auto module = make(restoring);
  testing::StageHarness harness(*module, GetParam().connection());
  harness.request(GetParam().as_request(GetParam().request("I am ann@example.org"), true));
  for (const std::string& event : GetParam().stream({"one [EM"})) {
    harness.event(event);
    if (!GetParam().joined({event}).empty()) break;
  }
  harness.error({.kind = ErrorKind::upstream, .message = "gone"});
  EXPECT_EQ(GetParam().joined(harness.client.events), "one [EM");
  EXPECT_THAT(harness.client.errors, SizeIs(1));
}

TEST_F(Redaction, PlaceholdersThatTheClientWroteItselfAreNotRestored) {
  const auto module = make(restoring);
  testing::StageHarness harness(*module);
  harness.request(testing::chat_request(samples::all[0].request("what is [EMAIL_1]? a@x.org")));
  EXPECT_EQ(harness.sent.body.text(), samples::all[0].request("what is [EMAIL_1]? [EMAIL_2]"));
  harness.response(samples::all[0].answer("[EMAIL_1] [EMAIL_2]"));
  EXPECT_THAT(harness.client.responses, ElementsAre(samples::all[0].answer("[EMAIL_1] a@x.org")));
}

TEST_F(Redaction, ValuesInArgumentsAreEscaped) {
  const auto module = make(R"({"restore":true,"patterns":{"QUOTE":"<.*>"}})");
  testing::StageHarness whole(*module);
  whole.request(testing::chat_request(samples::all[0].request(R"(say <"x">)")));
  whole.response(R"({"choices":[{"message":{"tool_calls":[{"function":{"name":"f","arguments":"{\"a\":\"[QUOTE_1]\"}"}}]}}]})");
  EXPECT_EQ(json::parse(whole.client.responses.at(0)).at_pointer("/choices/0/message/tool_calls/0/function/arguments"),
            R"({"a":"<\"x\">"})");

  testing::StageHarness streamed(*module);
  streamed.request(testing::chat_request(samples::all[0].request(R"(say <"x">)")));
  streamed.event(R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":\"[QUO"}}]}}]})");
  streamed.event(R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"TE_1]\"}"}}]}}]})");
  EXPECT_EQ(json::parse(streamed.client.events.at(1)).at_pointer("/choices/0/delta/tool_calls/0/function/arguments"), R"(<\"x\">"})");
}

TEST_F(Redaction, InputsOfMessagesAreRestoredAsTheyAreWritten) {
  const auto module = make(restoring);
  testing::StageHarness harness(*module, samples::all[2].connection());
  harness.request(samples::all[2].as_request(samples::all[2].request("a@x.org")));
  harness.response(R"({"content":[{"type":"tool_use","id":"t","name":"f","input":{"to":"[EMAIL_1]"}}]})");
  EXPECT_THAT(harness.client.responses, ElementsAre(R"({"content":[{"type":"tool_use","id":"t","name":"f","input":{"to":"a@x.org"}}]})"));
}

}  // namespace
}  // namespace patchbay
