#include <gmock/gmock.h>

#include "fixture.hpp"

namespace patchbay {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class RedactedRequests : public Redaction, public ::testing::WithParamInterface<samples::Sample> {};
INSTANTIATE_TEST_SUITE_P(Protocols, RedactedRequests, ::testing::ValuesIn(samples::all), samples::title);

TEST_P(RedactedRequests, LeaveWithPlaceholders) {
  const auto module = make();
  testing::StageHarness harness(*module, GetParam().connection());
  harness.request(GetParam().as_request(GetParam().request("I am ann@example.org")));
  EXPECT_EQ(harness.sent.body.text(), json::serialize(json::parse(GetParam().request("I am [EMAIL_1]"))));
}

TEST_F(Redaction, TheSameValueHasTheSamePlaceholderThroughoutARequest) {
  EXPECT_EQ(redacted("a@x.org b@x.org a@x.org +49 30 901820"), "[EMAIL_1] [EMAIL_2] [EMAIL_1] [PHONE_1]");
}

TEST_F(Redaction, ArgumentsAndResultsOfToolsAreLookedThrough) {
  const auto module = make();
  testing::StageHarness harness(*module);
  harness.request(testing::chat_request(R"({"messages":[
      {"role":"assistant","tool_calls":[{"id":"a@x.org","type":"function","function":{"name":"mail","arguments":"{\"to\":\"a@x.org\"}"}}]},
      {"role":"tool","tool_call_id":"a@x.org","content":"sent to a@x.org"}]})"));
  EXPECT_EQ(harness.sent.body.read(), json::parse(R"({"messages":[
      {"role":"assistant","tool_calls":[{"id":"a@x.org","type":"function","function":{"name":"mail","arguments":"{\"to\":\"[EMAIL_1]\"}"}}]},
      {"role":"tool","tool_call_id":"a@x.org","content":"sent to [EMAIL_1]"}]})"));
}

TEST_F(Redaction, AKeyInArgumentsIsFoundBehindItsEscapes) {
  const auto module = make();
  testing::StageHarness harness(*module);
  harness.request(testing::chat_request(
      R"({"messages":[{"role":"assistant","tool_calls":[{"function":{"arguments":"{\"k\":\"-----BEGIN PRIVATE KEY-----\\nAA\\n-----END PRIVATE KEY-----\"}"}}]}]})"));
  EXPECT_THAT(std::string(harness.sent.body.text()), HasSubstr(R"({\"k\":\"[PRIVATE_KEY_1]\"})"));
}

TEST_F(Redaction, NumbersInArgumentsOfToolsAreLookedThrough) {
  const auto module = make();
  testing::StageHarness harness(*module);
  harness.request(testing::chat_request(
      R"({"messages":[{"role":"assistant","tool_calls":[{"function":{"arguments":"{\"card\":4111111111111111,\"amount\":42}"}}]}]})"));
  EXPECT_THAT(std::string(harness.sent.body.text()), HasSubstr(R"({\"card\":\"[CARD_1]\",\"amount\":42})"));
}

TEST_F(Redaction, NumbersInArgumentsThatAreATreeAreLookedThrough) {
  const auto module = make();
  testing::StageHarness harness(*module, samples::all[2].connection());
  harness.request(samples::all[2].as_request(
      R"({"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"pay","input":{"card":4111111111111111,"cents":[4200]}}]}]})"));
  EXPECT_EQ(
      harness.sent.body.text(),
      R"({"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"pay","input":{"card":"[CARD_1]","cents":[4200]}}]}]})");
}

TEST_F(Redaction, OtherNumbersOfARequestStay) {
  const auto module = make();
  testing::StageHarness harness(*module);
  const std::string body = R"({"seed":4111111111111111,"messages":[{"role":"user","content":"hello"}]})";
  harness.request(testing::chat_request(body));
  EXPECT_EQ(harness.sent.body.text(), body);
}

TEST_F(Redaction, TokensOfAnEmbeddingStay) {
  const auto module = make();
  ConnectionInfo info = testing::StageHarness::chat_connection();
  info.operation = Operation::embed;
  testing::StageHarness harness(*module, info);
  harness.request(testing::embed_request(R"({"input":[4111111111111111]})"));
  EXPECT_EQ(harness.sent.body.text(), R"({"input":[4111111111111111]})");
}

TEST_F(Redaction, EmbeddingsAreRedactedToo) {
  const auto module = make();
  ConnectionInfo info = testing::StageHarness::chat_connection();
  info.operation = Operation::embed;
  testing::StageHarness harness(*module, info);
  harness.request(testing::embed_request(R"({"input":["a@x.org"]})"));
  EXPECT_EQ(harness.sent.body.text(), R"({"input":["[EMAIL_1]"]})");
}

TEST_F(Redaction, SignedThoughtsStay) {
  const auto module = make();
  testing::StageHarness harness(*module, samples::all[2].connection());
  const std::string body = R"({"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"a@x.org","signature":"AA"}]}]})";
  harness.request(samples::all[2].as_request(body));
  EXPECT_EQ(harness.sent.body.text(), body);
}

TEST_F(Redaction, BlockingAnswers400AndNamesKindsOnly) {
  const auto module = make(R"({"mode":"block"})");
  testing::StageHarness harness(*module);
  const Flow flow = harness.request(testing::chat_request(samples::all[0].request("a@x.org b@x.org 203.0.113.9")));
  EXPECT_TRUE(std::holds_alternative<Answered>(flow));
  ASSERT_THAT(harness.client.errors, SizeIs(1));
  EXPECT_EQ(harness.client.errors[0].http_status(), 400);
  EXPECT_THAT(harness.client.errors[0].message, AllOf(HasSubstr("EMAIL 2, IP 1"), Not(HasSubstr("x.org"))));
}

TEST_F(Redaction, BlockingLetsCleanRequestsPass) {
  const auto module = make(R"({"mode":"block"})");
  testing::StageHarness harness(*module);
  EXPECT_TRUE(std::holds_alternative<Forward>(harness.request(testing::chat_request(samples::all[0].request("hello")))));
  EXPECT_THAT(harness.client.errors, IsEmpty());
}

TEST_F(Redaction, ReportingLogsKindsAndChangesNothing) {
  const auto module = make(R"({"mode":"report"})");
  testing::StageHarness harness(*module);
  harness.request(testing::chat_request(samples::all[0].request("a@x.org")));
  EXPECT_EQ(harness.sent.body.text(), samples::all[0].request("a@x.org"));
  ASSERT_THAT(modules.host.lines, SizeIs(1));
  EXPECT_EQ(modules.host.lines[0].message, "request req-test has EMAIL 1");
}

TEST_F(Redaction, StandsInRoutesOfItsProtocols) {
  for (const samples::Sample& sample : samples::all) EXPECT_TRUE(make()->bridges(sample.name, sample.name));
  EXPECT_FALSE(make()->bridges("telegraph", "telegraph"));
  EXPECT_FALSE(make()->bridges("openai-chat", "gemini"));
}

}  // namespace
}  // namespace patchbay
