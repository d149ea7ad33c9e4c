#include "modes/answer_shape.hpp"

#include <gtest/gtest.h>

#include "modes/samples.hpp"
#include "patchbay/message.hpp"

namespace patchbay::modes {
namespace {

/// Every documented answer of a protocol.
class Documented : public ::testing::TestWithParam<std::string_view> {};

TEST_P(Documented, AnswersHaveTheShapeThatIsAskedFor) {
  for (const Sample& sample : samples_in(GetParam())) {
    SeenAnswer whole;
    whole.response = sample.reply;
    whole.complete = true;
    const auto fault = shape_fault(whole, GetParam(), false);
    EXPECT_FALSE(fault) << sample.name << " " << fault->path << " " << fault->message;
    SeenAnswer stream;
    stream.events = sample.events;
    stream.complete = true;
    const auto stream_fault = shape_fault(stream, GetParam(), true);
    EXPECT_FALSE(stream_fault) << sample.name << " " << stream_fault->path << " " << stream_fault->message;
  }
}

INSTANTIATE_TEST_SUITE_P(ClientProtocols, Documented,
                         ::testing::Values(protocols::openai_chat, protocols::openai_completions, protocols::openai_responses,
                                           protocols::anthropic_messages, protocols::gemini));

SeenAnswer whole(std::string text) {
  SeenAnswer answer;
  answer.response = std::move(text);
  answer.complete = true;
  return answer;
}

TEST(AnswerShape, AMemberOfAnotherTypeIsNamed) {
  const auto fault =
      shape_fault(whole(R"({"id":"c","object":"chat.completion","choices":[{"index":0,"message":"hi","finish_reason":"stop"}]})"),
                  protocols::openai_chat, false);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->path, "/response/choices/0/message");
}

TEST(AnswerShape, AnAnswerWithoutContentIsAFault) {
  const auto fault = shape_fault(whole(R"({"id":"c","object":"chat.completion","choices":[]})"), protocols::openai_chat, false);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->path, "/response/choices/0/message");
}

TEST(AnswerShape, AStreamWhereOneResponseWasAskedForIsAFault) {
  SeenAnswer answer;
  answer.events = {{"", "{}"}};
  answer.complete = true;
  EXPECT_TRUE(shape_fault(answer, protocols::openai_chat, false));
}

TEST(AnswerShape, AStreamThatDoesNotSayWhyItEndedIsAFault) {
  SeenAnswer answer;
  answer.events = {
      {"", R"({"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":null}]})"}};
  answer.complete = true;
  const auto fault = shape_fault(answer, protocols::openai_chat, true);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->path, "/events/0/choices/0/finish_reason");
}

TEST(AnswerShape, AStreamThatLacksItsLastEventIsAFault) {
  SeenAnswer answer;
  answer.events = samples_in(protocols::anthropic_messages).front().events;
  answer.events.pop_back();
  answer.complete = true;
  const auto fault = shape_fault(answer, protocols::anthropic_messages, true);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->message, "expected message_stop, found 'message_delta'");
}

TEST(AnswerShape, NothingIsSaidAboutUnknownProtocols) { EXPECT_FALSE(shape_fault(whole("{}"), "some-protocol", false)); }

}  // namespace
}  // namespace patchbay::modes
