#include "message-text/stream_editor.hpp"

#include <gmock/gmock.h>

#include "protocol_samples.hpp"

namespace patchbay::message_text {
namespace {

namespace json = boost::json;

using ::testing::ElementsAre;
using ::testing::SizeIs;

/// Replaces "ab" by "X"; an "a" at the end waits for what follows.
std::string replace_ab(const Text&, std::string& pending, bool last) {
  std::string out;
  std::size_t at = 0;
  for (; at < pending.size(); ++at) {
    if (pending[at] != 'a') {
      out += pending[at];
    } else if (at + 1 == pending.size() && !last) {
      break;
    } else if (pending.substr(at, 2) == "ab") {
      out += 'X';
      ++at;
    } else {
      out += 'a';
    }
  }
  pending.erase(0, at);
  return out;
}

std::vector<std::string> edited(std::string_view protocol, const std::vector<std::string>& events) {
  testing::RecordingDownstream client;
  StreamEditor editor(protocol, replace_ab);
  for (const std::string& one : events) editor.event(Event{{}, Document(one)}, client);
  editor.flush(client);
  return client.events;
}

class StreamEditing : public ::testing::TestWithParam<samples::Sample> {};
INSTANTIATE_TEST_SUITE_P(Protocols, StreamEditing, ::testing::ValuesIn(samples::all), samples::title);

TEST_P(StreamEditing, LeavesTheBytesOfOtherEventsAlone) {
  const std::vector<std::string> events = GetParam().stream({"x", "y"});
  EXPECT_EQ(edited(GetParam().name, events), events);
}

TEST_P(StreamEditing, FindsWhatIsSpreadOverEvents) {
  EXPECT_EQ(GetParam().joined(edited(GetParam().name, GetParam().stream({"1a", "b2a", "b"}))), "1X2X");
}

TEST_P(StreamEditing, WhatWaitedInVainIsNotLost) {
  EXPECT_EQ(GetParam().joined(edited(GetParam().name, GetParam().stream({"12", "3a"}))), "123a");
}

TEST_P(StreamEditing, WhatWaitsWhenTheStreamBreaksGoesOut) {
  std::vector<std::string> events = GetParam().stream({"12", "3a"});
  while (GetParam().joined(events) != "12" && GetParam().joined({events.back()}) != "3a") events.pop_back();
  EXPECT_EQ(GetParam().joined(edited(GetParam().name, events)), "123a");
}

/// Protocols whose last piece comes before the event that ends the text. (Ollama's end has room for text itself.)
class EndingApart : public StreamEditing {};
INSTANTIATE_TEST_SUITE_P(Protocols, EndingApart, ::testing::ValuesIn(samples::all.begin(), samples::all.begin() + 4), samples::title);

TEST_P(EndingApart, WhatWaitedInVainHasAnEventOfItsOwn) {
  const std::vector<std::string> events = edited(GetParam().name, GetParam().stream({"12", "3a"}));
  const std::vector<std::string> asked = GetParam().stream({"12", "3", "a"});
  ASSERT_EQ(events.size(), asked.size());
  for (std::size_t i = 0; i < asked.size(); ++i) EXPECT_EQ(json::parse(events[i]), json::parse(asked[i]));
}

TEST(StreamEditingOfChat, ChoicesDoNotMix) {
  const std::vector<std::string> events = edited(protocols::openai_chat, {R"({"choices":[{"index":0,"delta":{"content":"a"}}]})",
                                                                          R"({"choices":[{"index":1,"delta":{"content":"b"}}]})",
                                                                          R"({"choices":[{"index":0,"delta":{"content":"b"}}]})"});
  EXPECT_THAT(events,
              ElementsAre(R"({"choices":[{"index":0,"delta":{"content":""}}]})", R"({"choices":[{"index":1,"delta":{"content":"b"}}]})",
                          R"({"choices":[{"index":0,"delta":{"content":"X"}}]})"));
}

TEST(StreamEditingOfChat, AThoughtIsOverWhenTheAnswerBegins) {
  const std::vector<std::string> events =
      edited(protocols::openai_chat, {R"({"id":"c","usage":{"n":1},"choices":[{"index":0,"delta":{"reasoning_content":"1a"}}]})",
                                      R"({"id":"c","choices":[{"index":0,"delta":{"content":"b"}}]})"});
  EXPECT_THAT(events, ElementsAre(R"({"id":"c","usage":{"n":1},"choices":[{"index":0,"delta":{"reasoning_content":"1"}}]})",
                                  R"({"id":"c","choices":[{"index":0,"delta":{"reasoning_content":"a"},"finish_reason":null}]})",
                                  R"({"id":"c","choices":[{"index":0,"delta":{"content":"b"}}]})"));
}

TEST(StreamEditingOfChat, ArgumentsOfCallsMayComeSideBySide) {
  const auto call = [](int index, const std::string& arguments) {
    return R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":)" + std::to_string(index) + R"(,"function":{"arguments":")" +
           arguments + R"("}}]}}]})";
  };
  EXPECT_THAT(edited(protocols::openai_chat, {call(0, "a"), call(1, "a"), call(0, "b"), call(1, "b")}),
              ElementsAre(call(0, ""), call(1, ""), call(0, "X"), call(1, "X")));
}

TEST(StreamEditingOfChat, TheRestOfACallsArgumentsIsACall) {
  const std::vector<std::string> events =
      edited(protocols::openai_chat,
             {R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"t","function":{"name":"f","arguments":"a"}}]}}]})"});
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(
      json::parse(events[1]),
      json::parse(R"({"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":"a"}}]},"finish_reason":null}]})"));
}

TEST(StreamEditingOfResponses, EventsAreNumberedOn) {
  const std::vector<std::string> events = edited(protocols::openai_responses, samples::all[1].stream({"a"}));
  for (std::size_t i = 0; i < events.size(); ++i) EXPECT_EQ(json::parse(events[i]).at("sequence_number").to_number<std::size_t>(), i);
  EXPECT_THAT(events, SizeIs(5));
}

TEST(StreamEditingOfMessages, SignedThoughtsStay) {
  const std::string thought = R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"ab"}})";
  EXPECT_THAT(edited(protocols::anthropic_messages, {thought}), ElementsAre(thought));
}

}  // namespace
}  // namespace patchbay::message_text
