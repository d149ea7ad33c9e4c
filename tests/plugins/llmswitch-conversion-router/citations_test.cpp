#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "golden.hpp"
#include "streams.hpp"

/// Which words of an answer a source backs: Messages cites whole blocks, Gemini counts bytes, OpenAI characters.
namespace patchbay::conversion::testing {

namespace json = boost::json;

namespace {

constexpr std::string_view of_messages =
    R"({"id":"msg_1","content":[{"type":"text","text":"Gr\u00fc\u00df dich. "},{"type":"text","text":"\u00c9t\u00e9.","citations":[{"type":"web_search_result_location","url":"https://e.example","title":"T","cited_text":"c"}]}],"stop_reason":"end_turn"})";
constexpr std::string_view of_gemini =
    R"({"candidates":[{"content":{"parts":[{"text":"Gr\u00fc\u00df dich. \u00c9t\u00e9."}],"role":"model"},"finishReason":"STOP","index":0,"groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://e.example","title":"T"}}],"groundingSupports":[{"segment":{"startIndex":13,"endIndex":19},"groundingChunkIndices":[0]}]}}]})";

class Cited : public ::testing::TestWithParam<bool> {
 protected:
  /// The answer as a client of `to` has it in the end, whole or after a stream.
  static json::value answer(std::string_view from, std::string_view to, std::string_view text) {
    json::value body = json::parse(text);
    const ModelRequest request;
    const AnswerContext context{"req-1", request, 1, 1};
    Answer decoded = find_codec(from)->decode_answer(body);
    if (!GetParam()) return find_codec(to)->encode_answer(std::move(decoded), context);
    Events events;
    const auto writer = find_codec(to)->writer(context, events);
    disperse(std::move(decoded), *writer);
    return collected(to, events.written);
  }
};

TEST_P(Cited, BlocksOfMessagesAreRangesOfTheWholeTextOfChatCompletions) {
  const json::value cited =
      answer("anthropic-messages", "openai-chat", of_messages).at_pointer("/choices/0/message/annotations/0/url_citation");
  EXPECT_EQ(cited.at("start_index"), 11);
  EXPECT_EQ(cited.at("end_index"), 15);
}

TEST_P(Cited, BlocksOfMessagesAreWholePartsOfResponses) {
  const json::value cited = answer("anthropic-messages", "openai-responses", of_messages).at_pointer("/output/0/content/1/annotations/0");
  EXPECT_EQ(cited.at("start_index"), 0);
  EXPECT_EQ(cited.at("end_index"), 4);
}

TEST_P(Cited, BlocksOfMessagesAreBytesForGemini) {
  const json::value segment =
      answer("anthropic-messages", "gemini", of_messages).at_pointer("/candidates/0/groundingMetadata/groundingSupports/0/segment");
  EXPECT_EQ(segment.at("startIndex"), 13);
  EXPECT_EQ(segment.at("endIndex"), 19);
}

TEST_P(Cited, BytesOfGeminiAreCharactersForOpenAI) {
  const json::value cited = answer("gemini", "openai-chat", of_gemini).at_pointer("/choices/0/message/annotations/0/url_citation");
  EXPECT_EQ(cited.at("start_index"), 11);
  EXPECT_EQ(cited.at("end_index"), 15);
}

INSTANTIATE_TEST_SUITE_P(BothWays, Cited, ::testing::Bool(), [](const auto& info) { return info.param ? "Streamed" : "Whole"; });

}  // namespace
}  // namespace patchbay::conversion::testing
