#include "fixture.hpp"

namespace patchbay {
namespace {

TEST_F(Ollama, TheLastLineSaysTheTokens) {
  EXPECT_EQ(usage(R"({"message":{"content":""},"done":true,"prompt_eval_count":26,"eval_count":298,"eval_duration":1})"),
            (Usage{.input_tokens = 26, .output_tokens = 298}));
  EXPECT_EQ(usage(R"({"message":{"content":"\"eval_count\":3"},"done":false})"), std::nullopt);
}

TEST_F(Ollama, APromptThatWasCachedIsNotSaid) { EXPECT_EQ(usage(R"({"done":true,"eval_count":3})"), (Usage{.output_tokens = 3})); }

}  // namespace
}  // namespace patchbay
