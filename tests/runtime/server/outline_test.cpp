#include <gtest/gtest.h>

#include "patchbay/message.hpp"
#include "server/request_outline.hpp"

namespace patchbay::server {
namespace {

RequestOutline chat(std::string_view body) { return outline_of(body, protocols::openai_chat); }

TEST(Outline, SaysWhichModelAndWhetherEventsAreWanted) {
  const RequestOutline outline = chat(R"({"stream":true,"messages":[{"model":"inner","stream":false}],"model":"gpt-5"})");
  EXPECT_EQ(outline.model, "gpt-5");
  EXPECT_TRUE(outline.stream);
  EXPECT_EQ(chat("{}").model, "");
  EXPECT_FALSE(chat(R"({"stream":"true"})").stream);
}

TEST(Outline, ReadsNamesAsTheyAreMeant) { EXPECT_EQ(chat(R"({"mod\u0065l":"gpt-5"})").model, "gpt-5"); }

TEST(Outline, OfARepeatedMemberTheLastOneCounts) { EXPECT_EQ(chat(R"({"model":"a","model":"b"})").model, "b"); }

TEST(Outline, SaysHowLongTheAnswerMayBeInTheWordsOfItsProtocol) {
  EXPECT_EQ(chat(R"({"max_tokens":50})").longest_output, 50u);
  EXPECT_EQ(chat(R"({"max_completion_tokens":50})").longest_output, 50u);
  EXPECT_EQ(outline_of(R"({"max_output_tokens":50})", protocols::openai_responses).longest_output, 50u);
  EXPECT_EQ(outline_of(R"({"max_tokens":50})", protocols::anthropic_messages).longest_output, 50u);
  EXPECT_EQ(outline_of(R"({"generationConfig":{"maxOutputTokens":50}})", protocols::gemini).longest_output, 50u);
}

TEST(Outline, WordsOfOtherProtocolsBoundNothing) {
  EXPECT_EQ(chat(R"({"maxOutputTokens":1,"max_output_tokens":1,"generationConfig":{"maxOutputTokens":1}})").longest_output, std::nullopt);
  EXPECT_EQ(outline_of(R"({"max_tokens":1})", protocols::gemini).longest_output, std::nullopt);
  EXPECT_EQ(outline_of(R"({"max_tokens":1})", "somebody's own").longest_output, std::nullopt);
}

TEST(Outline, EveryAlternativeMayBeThatLong) {
  EXPECT_EQ(chat(R"({"max_tokens":32000,"n":2})").longest_output, 64'000u);
  EXPECT_EQ(outline_of(R"({"generationConfig":{"candidateCount":3,"maxOutputTokens":50}})", protocols::gemini).longest_output, 150u);
}

TEST(Outline, OfTwoLengthsTheLargerOneCounts) {
  EXPECT_EQ(chat(R"({"max_tokens":10,"max_completion_tokens":500})").longest_output, 500u);
  EXPECT_EQ(chat(R"({"max_tokens":500,"max_tokens":10})").longest_output, 500u);
}

TEST(Outline, WhatIsNotSaidOrIsNoPlainNumberIsOpen) {
  for (const char* const body :
       {"{}", R"({"n":2})", R"({"max_tokens":null})", R"({"max_tokens":-1})", R"({"max_tokens":0})", R"({"max_tokens":99999999999})",
        R"({"max_tokens":1000000,"n":2000000})", R"({"max_tokens":1e5})", R"({"max_tokens":0.4096e4})", R"({"max_tokens":"50"})",
        R"({"max_tokens":5,"max_tokens":null})", R"({"max_tokens":5,"n":1e3})"})
    EXPECT_EQ(chat(body).longest_output, std::nullopt) << body;
}

TEST(Outline, OfABrokenBodyIsWhatStandsBeforeTheFault) { EXPECT_EQ(chat(R"({"model":"gpt-5","stream":tru)").model, "gpt-5"); }

}  // namespace
}  // namespace patchbay::server
