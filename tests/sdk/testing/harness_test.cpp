#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "patchbay/config.hpp"
#include "patchbay/testing.hpp"

namespace patchbay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Modules modules(*patchbay_plugin_entry_v1());
constexpr const char* marking = "workflow-marking";
constexpr const char* echo = "provider-echo";

TEST(Modules, MakeEveryModuleOfThePlugin) {
  EXPECT_NE(modules.transform(marking), nullptr);
  EXPECT_EQ(modules.provider(echo)->protocol(), "openai-chat");
}

TEST(Modules, ConfigureAModuleFromJsonText) {
  const auto module = modules.transform(marking, R"({"mark":"?"})");
  StageHarness harness(*module);
  harness.response("a");
  EXPECT_THAT(harness.client.responses, ElementsAre("a?"));
}

TEST(Modules, ThrowTheFaultsOfAConfiguration) {
  EXPECT_THROW(static_cast<void>(modules.transform(marking, R"({"mark":1})")), config::Error);
}

TEST(Modules, ListTheFaultsOfAConfiguration) {
  EXPECT_THAT(modules.faults(marking, "{}"), IsEmpty());
  EXPECT_THAT(modules.faults(marking, R"({"mark":1,"stage":2})"), ElementsAre(HasSubstr("/mark: "), HasSubstr("/stage: ")));
}

TEST(Modules, RefuseATypeThatThePluginDoesNotHave) {
  EXPECT_THROW(static_cast<void>(modules.transform("workflow-other")), std::invalid_argument);
}

TEST(Modules, RefuseATypeOfAnotherClass) {
  EXPECT_THROW(static_cast<void>(modules.transform(echo)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(modules.provider(marking)), std::invalid_argument);
}

TEST(Modules, KeepWhatModulesLog) {
  const Modules fresh(*patchbay_plugin_entry_v1());
  static_cast<void>(fresh.transform(marking, R"({"mark":"#"})"));
  ASSERT_THAT(fresh.host.lines, SizeIs(1));
  EXPECT_EQ(fresh.host.lines[0].level, Host::Level::info);
  EXPECT_EQ(fresh.host.lines[0].message, "made with #");
}

TEST(HostOfATest, HasAClockThatOnlyTheTestMoves) {
  using namespace std::chrono_literals;
  const RecordingHost host;
  const Host& seen_by_a_module = host;
  const auto before = seen_by_a_module.now();
  EXPECT_EQ(seen_by_a_module.now(), before);
  EXPECT_EQ(seen_by_a_module.wall_time(), FakeClock::start);
  host.clock.advance(90s);
  EXPECT_EQ(seen_by_a_module.now() - before, 90s);
  EXPECT_EQ(seen_by_a_module.wall_time() - FakeClock::start, 90s);
}

TEST(HostOfATest, RefusesToGoBackInTime) {
  const RecordingHost host;
  EXPECT_THROW(host.clock.advance(std::chrono::seconds(-1)), std::invalid_argument);
}

class Harness : public ::testing::Test {
 protected:
  const std::unique_ptr<Transform> module = modules.transform(marking);
  StageHarness harness{*module};
};

TEST_F(Harness, KeepsTheRequestAsTheProviderWouldGetIt) {
  const Flow flow = harness.request(chat_request("a"));
  EXPECT_EQ(harness.sent.body.text(), "a!");
  EXPECT_EQ(std::get<Ask>(flow).call.url, "http://guard");
}

TEST_F(Harness, HandsTheReplyOfASideCallToTheStage) {
  harness.request(chat_request("a"));
  EXPECT_TRUE(std::holds_alternative<Answered>(harness.reply({.status = 200, .body = "no"})));
  ASSERT_THAT(harness.client.errors, SizeIs(1));
  EXPECT_EQ(harness.client.errors[0].message, "no!");
}

TEST_F(Harness, KeepsTheEventsOfAStreamInOrder) {
  harness.event("a");
  harness.event("b", "name:");
  harness.end();
  EXPECT_THAT(harness.client.events, ElementsAre("a!", "name:b!", "!"));
  EXPECT_TRUE(harness.client.ended);
}

TEST_F(Harness, KeepsAnError) {
  harness.error({.kind = ErrorKind::timeout, .message = "late"});
  ASSERT_THAT(harness.client.errors, SizeIs(1));
  EXPECT_EQ(harness.client.errors[0].kind, ErrorKind::timeout);
  EXPECT_EQ(harness.client.errors[0].message, "late!");
  EXPECT_TRUE(harness.client.finished);
  EXPECT_FALSE(harness.client.ended);
}

TEST_F(Harness, IgnoresAndCountsWhatComesAfterTheEnd) {
  harness.response("a");
  harness.response("b");
  harness.error({});
  harness.event("c");
  EXPECT_THAT(harness.client.responses, ElementsAre("a!"));
  EXPECT_THAT(harness.client.errors, IsEmpty());
  EXPECT_THAT(harness.client.events, IsEmpty());
  EXPECT_EQ(harness.client.ignored, 3u);
}

TEST(HarnessWithoutAStage, PassesEverythingOn) {
  const auto module = modules.transform(marking, R"({"stage":false})");
  StageHarness harness(*module);
  EXPECT_FALSE(harness.has_stage());
  EXPECT_TRUE(std::holds_alternative<Forward>(harness.request(chat_request("a"))));
  harness.event("b");
  harness.end();
  EXPECT_EQ(harness.sent.body.text(), "a");
  EXPECT_THAT(harness.client.events, ElementsAre("b"));
  EXPECT_TRUE(harness.client.ended);
}

TEST(Requests, AreOfTheChatProtocol) {
  EXPECT_EQ(chat_request("{}").operation, Operation::generate);
  EXPECT_EQ(embed_request("{}").operation, Operation::embed);
  EXPECT_EQ(embed_request("{}").protocol, "openai-chat");
}

TEST(BodyOf, IsEveryPieceOfALocalAnswer) {
  LocalAnswer answer;
  answer.pieces = {{std::chrono::milliseconds(0), "a"}, {std::chrono::milliseconds(5), "b"}};
  EXPECT_EQ(body_of(answer), "ab");
}

TEST(SseData, IsTheDataLinesWithoutTheirPrefix) {
  EXPECT_THAT(sse_data("event: x\ndata: a\n\n: comment\ndata: b c\n\ndata: d"), ElementsAre("a", "b c", "d"));
}

}  // namespace
}  // namespace patchbay::testing
