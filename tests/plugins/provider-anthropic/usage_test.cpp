#include "fixture.hpp"

namespace patchbay {
namespace {

TEST_F(Anthropic, TheInputIncludesWhatTheCacheHadAndWhatWentIntoIt) {
  EXPECT_EQ(usage(R"({"type":"message","usage":{"input_tokens":5,"cache_read_input_tokens":100,"cache_creation_input_tokens":20,
                      "output_tokens":7}})"),
            (Usage{.input_tokens = 125, .output_tokens = 7, .cached_input_tokens = 100, .cache_write_tokens = 20}));
}

TEST_F(Anthropic, StartAndEndOfAStreamAddUp) {
  Usage sum;
  sum.merge(*usage(R"({"type":"message_start","message":{"id":"m","usage":{"input_tokens":25,"output_tokens":1}}})"));
  EXPECT_EQ(sum, (Usage{.input_tokens = 25, .output_tokens = 1}));
  sum.merge(*usage(R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":15}})"));
  EXPECT_EQ(sum, (Usage{.input_tokens = 25, .output_tokens = 15}));
}

TEST_F(Anthropic, EventsOfTextSayNothing) {
  EXPECT_EQ(usage(R"({"type":"content_block_delta","delta":{"type":"text_delta","text":"\"usage\":{\"input_tokens\":3}"}})"), std::nullopt);
  EXPECT_EQ(usage(R"({"type":"message_stop"})"), std::nullopt);
}

TEST_F(Anthropic, CountingTokensCostsNone) { EXPECT_EQ(usage(R"({"input_tokens":2095})"), std::nullopt); }

}  // namespace
}  // namespace patchbay
