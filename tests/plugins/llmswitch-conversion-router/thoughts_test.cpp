#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "golden.hpp"
#include "streams.hpp"

/// Thoughts on their way through a client and back: to their maker unharmed, to nobody else.
namespace patchbay::conversion::testing {
namespace {

/// The first turn as a client of each protocol keeps it, and the request of the next turn that it makes of it.
json::value next_turn(std::string_view client, json::value answer) {
  if (client == "openai-chat") {
    json::value message = answer.at_pointer("/choices/0/message");
    return {{"model", "m"},
            {"messages", json::array{{{"role", "user"}, {"content", "Hi"}}, message, {{"role", "user"}, {"content", "Go on."}}}}};
  }
  if (client == "openai-responses") {
    json::array input{{{"role", "user"}, {"content", "Hi"}}};
    for (const json::value& item : answer.at("output").as_array()) input.push_back(item);
    input.push_back({{"role", "user"}, {"content", "Go on."}});
    return {{"model", "m"}, {"input", input}};
  }
  if (client == "anthropic-messages")
    return {{"model", "m"},
            {"max_tokens", 9},
            {"messages", json::array{{{"role", "user"}, {"content", "Hi"}},
                                     {{"role", "assistant"}, {"content", answer.at("content")}},
                                     {{"role", "user"}, {"content", "Go on."}}}}};
  return {{"contents", json::array{{{"role", "user"}, {"parts", json::array{{{"text", "Hi"}}}}},
                                   answer.at_pointer("/candidates/0/content"),
                                   {{"role", "user"}, {"parts", json::array{{{"text", "Go on."}}}}}}}};
}

/// What a provider of `target` gets in the second turn of a client, if the first was answered by one of `source`.
std::string second_turn(std::string_view source, std::string_view client, std::string_view target, std::string_view answer) {
  json::value body = json::parse(answer);
  const ModelRequest first;
  const AnswerContext context{"req-1", first, 1, 1};
  json::value next = next_turn(client, find_codec(client)->encode_answer(find_codec(source)->decode_answer(body), context));
  ModelRequest request = find_codec(client)->decode_request(next, {});
  name_calls(request.messages);
  Fidelity fidelity;
  return json::serialize(find_codec(target)->encode_request(request, {}, fidelity));
}

/// The same after a stream.
std::string second_turn_of_stream(std::string_view source, std::string_view client, std::string_view target, std::string_view answer) {
  json::value body = json::parse(answer);
  const ModelRequest first;
  const AnswerContext context{"req-1", first, 1, 1};
  Events events;
  const auto writer = find_codec(client)->writer(context, events);
  disperse(find_codec(source)->decode_answer(body), *writer);
  json::value next = next_turn(client, collected(client, events.written));
  ModelRequest request = find_codec(client)->decode_request(next, {});
  name_calls(request.messages);
  Fidelity fidelity;
  return json::serialize(find_codec(target)->encode_request(request, {}, fidelity));
}

constexpr std::string_view chat_answer =
    R"({"id":"c","choices":[{"message":{"content":"Yes.","reasoning_content":"Hm, well."},"finish_reason":"stop"}]})";
constexpr std::string_view unsigned_of_gemini =
    R"({"candidates":[{"content":{"parts":[{"text":"Hm, well.","thought":true},{"text":"Yes."}]},"finishReason":"STOP"}]})";
constexpr std::string_view signed_answer =
    R"({"id":"msg_1","content":[{"type":"thinking","thinking":"Hm, well.","signature":"c2ln"},{"type":"redacted_thinking","data":"c2Vj"},{"type":"thinking","thinking":"","signature":"b21p"},{"type":"text","text":"Yes."}],"stop_reason":"end_turn"})";
constexpr std::string_view signed_blocks =
    R"([{"type":"thinking","thinking":"Hm, well.","signature":"c2ln"},{"type":"redacted_thinking","data":"c2Vj"},{"type":"thinking","thinking":"","signature":"b21p"},{"type":"text","text":"Yes."}])";

using ::testing::HasSubstr;
using ::testing::Not;

class EveryClient : public ::testing::TestWithParam<std::string_view> {};

TEST_P(EveryClient, BringsThoughtsOfChatCompletionsBack) {
  EXPECT_THAT(second_turn("openai-chat", GetParam(), "openai-chat", chat_answer), HasSubstr(R"("reasoning_content":"Hm, well.")"));
  EXPECT_THAT(second_turn_of_stream("openai-chat", GetParam(), "openai-chat", chat_answer),
              HasSubstr(R"("reasoning_content":"Hm, well.")"));
}

TEST_P(EveryClient, BringsSignedThoughtsBackUnharmed) {
  EXPECT_THAT(second_turn("anthropic-messages", GetParam(), "anthropic-messages", signed_answer), HasSubstr(signed_blocks));
  EXPECT_THAT(second_turn_of_stream("anthropic-messages", GetParam(), "anthropic-messages", signed_answer), HasSubstr(signed_blocks));
}

constexpr std::string_view sealed_answer =
    R"({"id":"resp_1","status":"completed","output":[{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Hm, well."}],"encrypted_content":"gAAAA"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Yes."}]}]})";

TEST_P(EveryClient, BringsSealedThoughtsBackWithTheirSummary) {
  for (const auto turn : {second_turn, second_turn_of_stream}) {
    const json::value sent = json::parse(turn("openai-responses", GetParam(), "openai-responses", sealed_answer));
    const json::value& thought = sent.at("input").at(1);
    EXPECT_EQ(thought.at("type"), "reasoning");
    EXPECT_EQ(thought.at("encrypted_content"), "gAAAA");
    EXPECT_EQ(thought.at_pointer("/summary/0/text"), "Hm, well.");
  }
}

TEST_P(EveryClient, TakesSignedThoughtsToNobodyElse) {
  for (const std::string_view other : {"openai-chat", "openai-responses", "gemini", "ollama-chat"}) {
    if (other == GetParam()) continue;  // a client's own protocol is not converted
    EXPECT_THAT(second_turn("anthropic-messages", GetParam(), other, signed_answer), Not(HasSubstr("well"))) << other;
  }
}

INSTANTIATE_TEST_SUITE_P(Protocols, EveryClient, ::testing::ValuesIn(all_clients), [](const auto& info) { return name_of(info.param); });

/// Chat Completions has no place for the origin of a thought that is not signed: its client is not among these.
class ClientThatSaysWhose : public ::testing::TestWithParam<std::string_view> {};

TEST_P(ClientThatSaysWhose, TakesUnsignedThoughtsOfGeminiToNoChatCompletions) {
  EXPECT_THAT(second_turn("gemini", GetParam(), "openai-chat", unsigned_of_gemini), Not(HasSubstr("well")));
  EXPECT_THAT(second_turn_of_stream("gemini", GetParam(), "openai-chat", unsigned_of_gemini), Not(HasSubstr("well")));
}

INSTANTIATE_TEST_SUITE_P(Protocols, ClientThatSaysWhose, ::testing::Values("anthropic-messages", "openai-responses"),
                         [](const auto& info) { return name_of(info.param); });

/// The thought that a client of Messages reads in a stream of MiniMax with these deltas.
std::string thought_of(const std::vector<std::string>& deltas) {
  std::vector<std::string> events;
  for (const std::string& delta : deltas)
    events.push_back(R"({"id":"c","choices":[{"index":0,"delta":)" + delta + R"(,"finish_reason":null}]})");
  events.push_back(R"({"id":"c","choices":[{"index":0,"delta":{"content":"Yes."},"finish_reason":"stop"}]})");
  const ModelRequest request;
  const json::value message =
      collected("anthropic-messages", convert_stream(*find_codec("openai-chat"), *find_codec("anthropic-messages"), events, request));
  return std::string(message.at_pointer("/content/0/thinking").as_string());
}

std::string detail(const std::string& text, const std::string& more = {}) {
  return R"({"reasoning_details":[{"type":"reasoning.text","format":"MiniMax-response-v1","text":")" + text + R"("}])" + more + "}";
}

TEST(MiniMaxStream, SaysWhatIsNewOfAThought) { EXPECT_EQ(thought_of({detail("The user"), detail(" asks.")}), "The user asks."); }

TEST(MiniMaxStream, SaysAThoughtFromTheBeginning) {
  EXPECT_EQ(thought_of({detail("The user"), detail("The user asks.")}), "The user asks.");
}

TEST(MiniMaxStream, SaysAThoughtTwiceInOneEvent) {
  EXPECT_EQ(
      thought_of({detail("The user", R"(,"reasoning_content":"The user")"), detail("The user asks.", R"(,"reasoning_content":" asks.")")}),
      "The user asks.");
}

}  // namespace
}  // namespace patchbay::conversion::testing
