#include "fixture.hpp"

namespace patchbay {
namespace {

TEST_F(OpenAi, AWholeAnswerSaysItsTokens) {
  EXPECT_EQ(usage(R"({"choices":[],"usage":{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,
                      "prompt_tokens_details":{"cached_tokens":16},"completion_tokens_details":{"reasoning_tokens":4}}})"),
            (Usage{.input_tokens = 20, .output_tokens = 9, .cached_input_tokens = 16, .reasoning_tokens = 4}));
}

TEST_F(OpenAi, EmbeddingsSayTheirInput) {
  EXPECT_EQ(usage(R"({"data":[],"usage":{"prompt_tokens":8,"total_tokens":8}})"), (Usage{.input_tokens = 8}));
}

TEST_F(OpenAi, TheLastChunkOfAStreamSaysThem) {
  EXPECT_EQ(usage(R"({"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}})"), (Usage{.input_tokens = 1, .output_tokens = 2}));
  EXPECT_EQ(usage(R"({"choices":[{"delta":{"content":"Hi"}}],"usage":null})"), std::nullopt);
  EXPECT_EQ(usage(R"({"choices":[{"delta":{"content":"Hi"}}]})"), std::nullopt);
  EXPECT_EQ(usage("[DONE]"), std::nullopt);
}

TEST_F(OpenAi, VendorsHaveOtherPlacesForIt) {
  EXPECT_EQ(
      usage(R"({"choices":[{"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":3,"completion_tokens":4,"cached_tokens":2}}]})"),
      (Usage{.input_tokens = 3, .output_tokens = 4, .cached_input_tokens = 2}));
  EXPECT_EQ(usage(R"({"usage":{"prompt_tokens":30,"completion_tokens":4,"prompt_cache_hit_tokens":20}})"),
            (Usage{.input_tokens = 30, .output_tokens = 4, .cached_input_tokens = 20}));
}

TEST_F(OpenAi, NothingInOnePlaceIsNotNothingInAnother) {
  EXPECT_EQ(usage(R"({"choices":[{"delta":{},"usage":{"prompt_tokens":3,"completion_tokens":4}}],"usage":null})"),
            (Usage{.input_tokens = 3, .output_tokens = 4}));
  EXPECT_EQ(usage(R"({"usage":{"prompt_tokens":3},"choices":[{"delta":{},"usage": null}]})"), (Usage{.input_tokens = 3}));
  EXPECT_EQ(usage(R"({"usage" : null, "choices":[{"delta":{"content":"usage"}}]})"), std::nullopt);
}

TEST_F(OpenAi, WhatAModelSaysAboutUsageDoesNotCount) {
  EXPECT_EQ(usage(R"({"choices":[{"delta":{"content":"{\"usage\":{\"prompt_tokens\":9}}"}}]})"), std::nullopt);
  EXPECT_EQ(usage(R"({"choices":[{"delta":{"tool_calls":[{"usage":{"prompt_tokens":9}}]}}]})"), std::nullopt);
}

TEST_F(OpenAi, WhatIsNoCountIsNotSaid) {
  EXPECT_EQ(usage(R"({"usage":{"prompt_tokens":-4,"completion_tokens":"many"}})"), std::nullopt);
  EXPECT_EQ(usage(R"({"usage":{"prompt_tokens":12.0,"completion_tokens":null}})"), (Usage{.input_tokens = 12}));
  EXPECT_EQ(usage(R"({"usage":)"), std::nullopt);
}

}  // namespace
}  // namespace patchbay
