#include "fixture.hpp"

namespace patchbay {
namespace {

TEST_F(Responses, AWholeResponseSaysItsTokens) {
  EXPECT_EQ(usage(R"({"object":"response","usage":{"input_tokens":36,"input_tokens_details":{"cached_tokens":12},"output_tokens":87,
                      "output_tokens_details":{"reasoning_tokens":64},"total_tokens":123}})"),
            (Usage{.input_tokens = 36, .output_tokens = 87, .cached_input_tokens = 12, .reasoning_tokens = 64}));
}

TEST_F(Responses, TheLastEventOfAStreamSaysThem) {
  EXPECT_EQ(usage(R"({"type":"response.completed","response":{"id":"r","usage":{"input_tokens":3,"output_tokens":4}}})"),
            (Usage{.input_tokens = 3, .output_tokens = 4}));
  EXPECT_EQ(usage(R"({"type":"response.created","response":{"id":"r","usage":null}})"), std::nullopt);
  EXPECT_EQ(usage(R"({"type":"response.output_text.delta","delta":"\"usage\":{}"})"), std::nullopt);
}

}  // namespace
}  // namespace patchbay
