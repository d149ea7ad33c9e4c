#include "modes/sample_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "temporary_folder.hpp"

namespace patchbay::modes {
namespace {

using ::testing::HasSubstr;

TEST(SampleRequests, OfAFolderSayWhatTheirBodiesDo) {
  const config::TemporaryFolder folder;
  folder.write("anthropic-messages.mine.json", R"({"model":"m","messages":[],"stream":true,"tools":[{}]})");
  const std::vector<SampleRequest> all = read_requests(folder.path(""));
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all.at(0).protocol, "anthropic-messages");
  EXPECT_EQ(all.at(0).model, "m");
  EXPECT_TRUE(all.at(0).stream);
  EXPECT_EQ(all.at(0).conversation, "tool call");
}

TEST(BuiltInRequests, NameTheModelThatTheyAreGiven) {
  for (const SampleRequest& sample : built_in_requests()) {
    const Request request = sample.request("id", "given");
    EXPECT_EQ(request.model(), "given") << sample.name;
    if (sample.protocol != "gemini") {
      EXPECT_THAT(std::string(request.body.text()), HasSubstr(R"("model":"given")")) << sample.name;
    }
  }
}

}  // namespace
}  // namespace patchbay::modes
