#include "fixture.hpp"

namespace patchbay {
namespace {

TEST_F(Mock, CountsLikeOpenAi) {
  EXPECT_EQ(usage(R"({"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}})"), (Usage{.input_tokens = 1, .output_tokens = 2}));
}

}  // namespace
}  // namespace patchbay
