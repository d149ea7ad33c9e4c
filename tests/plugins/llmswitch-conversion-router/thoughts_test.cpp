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

/// The blocks that a client of Messages puts together.
json::array blocks_of(const std::vector<WrittenEvent>& events) {
  json::array blocks;
  for (const WrittenEvent& event : events) {
    const json::value data = json::parse(event.data);
    if (event.name == "content_block_start") blocks.push_back(data.at("content_block"));
    if (event.name != "content_block_delta") continue;
    json::object& block = blocks.back().as_object();
    for (const auto& field : data.at("delta").as_object())
      if (field.key() != "type") block[field.key()].as_string() += field.value().as_string();
  }
  return blocks;
}

/// The answer that a client puts together of a stream, as far as `next_turn` looks at it.
json::value collected(std::string_view client, const std::vector<WrittenEvent>& events, const AnswerContext& context) {
  if (client == "openai-chat") return find_codec(client)->encode_answer(aggregate(*find_codec(client), data_of(events)), context);
  if (client == "openai-responses") return json::parse(events.back().data).at("response");
  if (client == "anthropic-messages") return {{"content", blocks_of(events)}};
  json::array parts;
  for (const WrittenEvent& event : events) {
    const json::value data = json::parse(event.data);
    for (const json::value& part : data.at_pointer("/candidates/0/content/parts").as_array()) parts.push_back(part);
  }
  return {{"candidates", json::array{{{"content", {{"role", "model"}, {"parts", parts}}}}}}};
}

/// The same after a stream.
std::string second_turn_of_stream(std::string_view source, std::string_view client, std::string_view target, std::string_view answer) {
  json::value body = json::parse(answer);
  const ModelRequest first;
  const AnswerContext context{"req-1", first, 1, 1};
  Events events;
  const auto writer = find_codec(client)->writer(context, events);
  disperse(find_codec(source)->decode_answer(body), *writer);
  json::value next = next_turn(client, collected(client, events.written, context));
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

}  // namespace
}  // namespace patchbay::conversion::testing
