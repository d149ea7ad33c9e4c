#include "chat-quirks/fixture.hpp"

namespace patchbay {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class MiniMax : public Vendor {
 protected:
  MiniMax() : Vendor("compatibility-minimax") {}
};

TEST_F(MiniMax, TemperatureIsAboveZeroAndEndsAtOne) {
  EXPECT_EQ(sent(R"({"temperature":0})"), json_of(R"({"temperature":0.01})"));
  EXPECT_EQ(sent(R"({"temperature":2})"), json_of(R"({"temperature":1.0})"));
  EXPECT_THAT(reports(), SizeIs(1));
}

TEST_F(MiniMax, WhatHasNoEffectIsReported) {
  EXPECT_EQ(sent(R"({"presence_penalty":1,"frequency_penalty":1,"logit_bias":{},"seed":1})"), json_of(R"({"seed":1})"));
  EXPECT_THAT(reports(),
              ElementsAre("minimax: removed presence_penalty", "minimax: removed frequency_penalty", "minimax: removed logit_bias"));
}

TEST_F(MiniMax, TheLimitHasItsNewerName) {
  EXPECT_EQ(sent(R"({"max_tokens":5})"), json_of(R"({"max_completion_tokens":5})"));
  EXPECT_THAT(reports(), IsEmpty());
}

TEST_F(MiniMax, ThoughtsGoBackInTheContent) {
  EXPECT_EQ(sent(R"({"messages":[{"role":"assistant","content":"b","reasoning_content":"t"}]})"),
            json_of(R"({"messages":[{"role":"assistant","content":"<think>\nt\n</think>\n\nb"}]})"));
  EXPECT_EQ(sent(R"({"messages":[{"role":"assistant","content":null,"reasoning_content":"t","tool_calls":[]}]})"),
            json_of(R"({"messages":[{"role":"assistant","content":"<think>\nt\n</think>\n\n","tool_calls":[]}]})"));
  EXPECT_THAT(reports(), IsEmpty());
}

TEST_F(MiniMax, ThoughtsThatDoNotGoBackAreReported) {
  EXPECT_EQ(sent(R"({"messages":[{"role":"assistant","content":"b","reasoning_content":"t"}]})", R"({"give_thoughts_back":false})"),
            json_of(R"({"messages":[{"role":"assistant","content":"b"}]})"));
  EXPECT_THAT(reports(), SizeIs(1));
}

constexpr const char* split = R"({"reasoning_split":true})";

TEST_F(MiniMax, ThoughtsBesideTheContentGoBackThere) {
  EXPECT_EQ(sent(R"({"messages":[{"role":"assistant","content":"b","reasoning_content":"t"}]})", split),
            json_of(R"({"messages":[{"role":"assistant","content":"b","reasoning_details":[
                         {"type":"reasoning.text","id":"reasoning-text-1","format":"MiniMax-response-v1","index":0,"text":"t"}]}],
                        "reasoning_split":true})"));
  EXPECT_THAT(reports(), IsEmpty());
}

TEST_F(MiniMax, DetailsThatTheClientBringsBackStay) {
  EXPECT_EQ(sent(R"({"messages":[{"role":"assistant","content":"b","reasoning_content":"t","reasoning_details":[{"text":"t"}]}],
                     "reasoning_split":true})"),
            json_of(R"({"messages":[{"role":"assistant","content":"b","reasoning_details":[{"text":"t"}]}],"reasoning_split":true})"));
}

TEST_F(MiniMax, DetailsAreReasoningContentAsWell) {
  EXPECT_EQ(boost::json::parse(
                answered(R"({"choices":[{"message":{"content":"b","reasoning_details":[{"type":"reasoning.text","text":"t"}]}}]})", split)),
            json_of(R"({"choices":[{"message":{"content":"b","reasoning_details":[{"type":"reasoning.text","text":"t"}],
                        "reasoning_content":"t"}}]})"));
}

TEST_F(MiniMax, DetailsInStreamsSayWhatIsNew) {
  const auto events = streamed({chunk(R"({"reasoning_details":[{"type":"reasoning.text","text":"The user"}]})"),
                                chunk(R"({"reasoning_details":[{"type":"reasoning.text","text":" asks."}]})")},
                               split);
  EXPECT_EQ(text_of(events, "reasoning_content"), "The user asks.");
}

TEST_F(MiniMax, DetailsInStreamsSayAllFromTheBeginning) {
  const auto events = streamed({chunk(R"({"reasoning_details":[{"type":"reasoning.text","text":"The user"}]})"),
                                chunk(R"({"reasoning_details":[{"type":"reasoning.text","text":"The user asks."}]})")},
                               split);
  EXPECT_EQ(text_of(events, "reasoning_content"), "The user asks.");
}

TEST_F(MiniMax, ErrorsBehindStatus200AreErrors) {
  const Error balance = told(R"({"choices":null,"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}})");
  EXPECT_EQ(balance.kind, ErrorKind::rate_limited);
  EXPECT_EQ(balance.message, "insufficient balance");
  EXPECT_EQ(balance.code, "1008");
  EXPECT_EQ(told(R"({"base_resp":{"status_code":2013,"status_msg":"invalid params"}})").http_status(), 400);
  EXPECT_EQ(told(R"({"base_resp":{"status_code":4711}})").kind, ErrorKind::upstream);
}

TEST_F(MiniMax, AnErrorInAStreamIsOne) {
  streamed({chunk(R"({"content":"a"})"), R"({"choices":null,"base_resp":{"status_code":1002,"status_msg":"rate limit"}})"});
  ASSERT_THAT(harness->client.errors, SizeIs(1));
  EXPECT_EQ(harness->client.errors[0].kind, ErrorKind::rate_limited);
}

TEST_F(MiniMax, AGoodAnswerKeepsItsBytes) {
  const std::string answer = R"({"choices":[{"message":{"content":"a"}}],"base_resp":{"status_code":0,"status_msg":""}})";
  EXPECT_EQ(answered(answer), answer);
}

TEST_F(MiniMax, ThoughtsBetweenTagsAreReasoning) {
  const auto events = streamed({chunk(R"({"role":"assistant","content":"<think>\n"})"), chunk(R"({"content":"hm"})"),
                                chunk(R"({"content":"\n</think>\n\nYes"})"), chunk("{}", "\"stop\"")});
  EXPECT_EQ(text_of(events, "reasoning_content"), "hm");
  EXPECT_EQ(text_of(events, "content"), "Yes");
}

TEST_F(MiniMax, ThoughtsBeforeCallsAreOutBeforeThem) {
  const auto events =
      streamed({chunk(R"({"content":"<think>hm"})"), chunk(R"({"content":" <"})"),
                chunk(R"({"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{}"}}]})"), chunk("{}", "\"tool_calls\"")});
  EXPECT_EQ(text_of(events, "reasoning_content"), "hm <");
  EXPECT_EQ(boost::json::parse(events.back()).at_pointer("/choices/0/finish_reason"), "tool_calls");
}

}  // namespace
}  // namespace patchbay
