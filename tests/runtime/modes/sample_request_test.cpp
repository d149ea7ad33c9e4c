#include "modes/sample_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "temporary_folder.hpp"

namespace patchbay::modes {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

struct SampleRequests : ::testing::Test {
  SampleRequest only() {
    const std::vector<SampleRequest> all = read_requests(folder.path(""));
    EXPECT_EQ(all.size(), 1u);
    return all.at(0);
  }
  config::TemporaryFolder folder;
};

TEST_F(SampleRequests, TheMembersOfABodyTellItsProtocol) {
  folder.write("a.json", R"({"model":"m","messages":[],"stream":true,"tools":[]})");
  const SampleRequest request = only();
  EXPECT_EQ(request.protocol, "openai-chat");
  EXPECT_EQ(request.model, "m");
  EXPECT_TRUE(request.stream);
  EXPECT_EQ(request.conversation, "tool call");
}

TEST_F(SampleRequests, ATopLevelSystemPromptIsAnthropics) {
  folder.write("a.json", R"({"model":"m","system":"s","messages":[]})");
  EXPECT_EQ(only().protocol, "anthropic-messages");
}

TEST_F(SampleRequests, TheNameOfAFileOutranksItsMembers) {
  folder.write("anthropic-messages.short.json", R"({"model":"m","messages":[]})");
  EXPECT_EQ(only().protocol, "anthropic-messages");
}

TEST_F(SampleRequests, AnEnvelopeSaysWhatABodyCannot) {
  folder.write("a.json", R"({"protocol":"gemini","model":"g","stream":true,"body":{"contents":[]}})");
  const SampleRequest request = only();
  EXPECT_EQ(request.protocol, "gemini");
  EXPECT_EQ(request.model, "g");
  EXPECT_TRUE(request.stream);
  EXPECT_EQ(request.body, R"({"contents":[]})");
}

TEST_F(SampleRequests, AFileThatIsNotJsonIsNamed) {
  folder.write("bad.json", "{");
  EXPECT_THAT([&] { (void)read_requests(folder.path("")); }, ThrowsMessage<std::runtime_error>(HasSubstr("bad.json is not a JSON object")));
}

TEST_F(SampleRequests, AnEmptyFolderIsAFault) {
  EXPECT_THAT([&] { (void)read_requests(folder.path("")); }, ThrowsMessage<std::runtime_error>(HasSubstr("no *.json file")));
}

TEST(BuiltInRequests, NameTheModelThatTheyAreGiven) {
  for (const SampleRequest& sample : built_in_requests()) {
    const Request request = sample.request("id", "given");
    EXPECT_EQ(request.model(), "given") << sample.name;
    if (sample.protocol != "gemini") EXPECT_THAT(std::string(request.body.text()), HasSubstr(R"("model":"given")")) << sample.name;
  }
}

}  // namespace
}  // namespace patchbay::modes
