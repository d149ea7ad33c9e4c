#include "fixture.hpp"

namespace patchbay {
namespace {

TEST_F(Gemini, ThoughtsAreOutputAndToolResultsAreInput) {
  EXPECT_EQ(usage(R"({"candidates":[],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5,"thoughtsTokenCount":30,
                      "toolUsePromptTokenCount":2,"cachedContentTokenCount":8,"totalTokenCount":47}})"),
            (Usage{.input_tokens = 12, .output_tokens = 35, .cached_input_tokens = 8, .reasoning_tokens = 30}));
}

TEST_F(Gemini, ChunksCountUp) {
  Usage sum;
  sum.merge(*usage(R"({"candidates":[{}],"usageMetadata":{"promptTokenCount":10,"totalTokenCount":10}})"));
  sum.merge(*usage(R"({"candidates":[{}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":6}})"));
  EXPECT_EQ(sum, (Usage{.input_tokens = 10, .output_tokens = 6}));
}

TEST_F(Gemini, AChunkWithoutCountsSaysNothing) { EXPECT_EQ(usage(R"({"candidates":[{"content":{"parts":[]}}]})"), std::nullopt); }

}  // namespace
}  // namespace patchbay
