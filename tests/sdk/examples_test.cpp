// The examples in other languages, loaded as their authors built them, in the harness.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cstdlib>
#include <filesystem>

#include "patchbay/testing.hpp"

namespace patchbay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string example(const std::string& name) { return std::string(std::getenv("PATCHBAY_EXAMPLES")) + "/" + name + ".so"; }

class ExampleInC : public ::testing::Test {
 protected:
  testing::Library library{example("example-limits")};
  testing::Modules modules{library};
};

TEST_F(ExampleInC, HasNoDescriptorOfCpp) {
  EXPECT_NE(library.c_plugin(), nullptr);
  EXPECT_THROW((void)library.plugin(), std::logic_error);
}

TEST_F(ExampleInC, LetsSmallRequestsPassUntouched) {
  const auto module = modules.transform("example-limits");
  testing::StageHarness harness(*module);
  EXPECT_TRUE(std::holds_alternative<Forward>(harness.request(testing::chat_request(R"({ "model": "m" })"))));
  EXPECT_EQ(harness.sent.body.text(), R"({ "model": "m" })");
}

TEST_F(ExampleInC, RefusesLargeRequests) {
  const auto module = modules.transform("example-limits", R"({"max_request_bytes":50})");
  testing::StageHarness harness(*module);
  EXPECT_TRUE(std::holds_alternative<Answered>(harness.request(testing::chat_request(R"({"model":"m"})"))));
  ASSERT_THAT(harness.client.errors, SizeIs(1));
  EXPECT_EQ(harness.client.errors[0].http_status(), 413);
  EXPECT_THAT(harness.client.errors[0].message, HasSubstr("at most 50 are allowed"));
}

TEST_F(ExampleInC, CutsOffLongStreams) {
  const auto module = modules.transform("example-limits", R"({"max_events":2})");
  testing::StageHarness harness(*module);
  for (const char* const event : {"1", "2", "3", "4"}) harness.event(event);
  EXPECT_THAT(harness.client.events, ElementsAre("1", "2"));
  EXPECT_EQ(harness.client.errors.at(0).code, "too_many_events");
  EXPECT_THAT(modules.host.lines, SizeIs(1));
}

TEST_F(ExampleInC, TellsFaultsWithTheirPlace) {
  EXPECT_THAT(modules.faults("example-limits", R"({"max_request_bytes":1})"), ElementsAre("/max_request_bytes: no request is that small"));
}

TEST_F(ExampleInC, SharesAModuleAmongThreads) {
  const auto module = modules.transform("example-limits", R"({"max_events":3})");
  const testing::Stressed result = testing::stress(4, 200, [&](std::size_t i) {
    testing::StageHarness harness(*module);
    harness.request(testing::chat_request("{}"));
    for (std::size_t event = 0; event < i % 6; ++event) harness.event("{}");
    return std::to_string(harness.client.events.size()) + " " + std::to_string(harness.client.errors.size());
  });
  EXPECT_EQ(result.wrong, 0u);
}

class ExampleInRust : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(example("example-echo"))) GTEST_SKIP() << "there is no Rust compiler: example-echo was not built";
    library = std::make_unique<testing::Library>(example("example-echo"));
    modules = std::make_unique<testing::Modules>(*library);
  }

  LocalAnswer answer(std::string body, std::string_view config = "{}") const {
    const auto module = modules->provider("example-echo", config);
    Request request = testing::chat_request(std::move(body));
    return std::get<LocalAnswer>(module->describe(request, {}));
  }

  std::unique_ptr<testing::Library> library;
  std::unique_ptr<testing::Modules> modules;
};

TEST_F(ExampleInRust, AnswersWithTheSizeOfTheRequest) {
  const boost::json::value body = boost::json::parse(testing::body_of(answer(R"({"model":"m"})")));
  EXPECT_EQ(body.at_pointer("/choices/0/message/content"), "Hello, your request has 13 bytes");
}

TEST_F(ExampleInRust, GreetsAsItIsConfigured) {
  const boost::json::value body = boost::json::parse(testing::body_of(answer("{}", R"({"greeting":"Good \"day\""})")));
  EXPECT_EQ(body.at_pointer("/choices/0/message/content"), "Good \"day\", your request has 2 bytes");
}

TEST_F(ExampleInRust, StreamsWhenAsked) {
  const std::vector<std::string> events = testing::sse_data(testing::body_of(answer(R"({"stream":true})")));
  const auto module = modules->provider("example-echo");
  std::string text;
  for (const std::string& event : events) {
    if (module->role("", event) != EventRole::content) continue;
    text += std::string_view(boost::json::parse(event).at_pointer("/choices/0/delta/content").as_string());
  }
  EXPECT_EQ(text, "Hello, your request has 15 bytes");
  EXPECT_EQ(module->role("", events.front()), EventRole::preamble);
  EXPECT_EQ(module->role("", events.at(events.size() - 2)), EventRole::finish);
  EXPECT_EQ(module->role("", events.back()), EventRole::terminator);
}

TEST_F(ExampleInRust, TellsItsModelsAndFaults) {
  EXPECT_THAT(modules->provider("example-echo")->models(), ElementsAre("echo"));
  EXPECT_THAT(modules->faults("example-echo", R"({"greeting":""})"), ElementsAre("/greeting: must not be empty"));
  EXPECT_THAT(modules->faults("example-echo", "{}"), IsEmpty());
}

TEST_F(ExampleInRust, AnswersInAChainBehindTheExampleInC) {
  const testing::Library limits_library(example("example-limits"));
  const testing::Modules limits_modules(limits_library);
  const auto provider = modules->provider("example-echo");
  const auto limits = limits_modules.transform("example-limits", R"({"max_events":4})");
  testing::Chain chain(*provider);
  chain.add(*limits);
  const testing::Outcome outcome = chain.run(testing::chat_request(R"({"model":"m","stream":true})"));
  EXPECT_THAT(outcome.client.events, SizeIs(4));
  EXPECT_EQ(outcome.client.errors.at(0).code, "too_many_events");
}

}  // namespace
}  // namespace patchbay
