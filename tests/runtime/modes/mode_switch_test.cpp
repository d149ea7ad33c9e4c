#include "modes/mode_switch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "fake_client.hpp"
#include "fake_engine.hpp"
#include "net/deadline_clock.hpp"

namespace patchbay::modes {
namespace {

using modes::testing::fail;
using modes::testing::FakeEngine;
using pipeline::testing::FakeClient;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct ModeSwitchTest : ::testing::Test {
  /// What the client of one request saw.
  FakeClient ask(const std::string& caller = "key:1") {
    FakeClient client;
    client.pretend_caller = caller;
    const auto connection = modes.start(worker, Request{}, client);
    return client;
  }
  /// A caller whom V2 answers at that percentage at the earliest.
  std::string caller_at(std::uint16_t from, std::uint16_t below) {
    for (int i = 0;; ++i)
      if (const std::string name = "key:" + std::to_string(i); place_of(name, "salt") >= from && place_of(name, "salt") < below)
        return name;
  }

  FakeEngine v1{"v1"};
  FakeEngine v2{"v2"};
  ModeSwitch modes{v1, v2, {.min_requests = 10}, "salt"};
  boost::asio::io_context io;
  net::DeadlineClock deadlines{io};
  testing::NoUpstream upstream;
  pipeline::Worker worker{io, deadlines, upstream};
};

TEST_F(ModeSwitchTest, OneEngineAnswersEverybody) {
  modes.decide(Mode::v1, 0);
  EXPECT_THAT(ask().log, ElementsAre("response \"v1\""));
  modes.decide(Mode::v2, 0);
  EXPECT_THAT(ask().log, ElementsAre("response \"v2\""));
}

TEST_F(ModeSwitchTest, GradualDividesTheClients) {
  modes.decide(Mode::gradual, share_of(50));
  EXPECT_THAT(ask(caller_at(0, 5'000)).log, ElementsAre("response \"v2\""));
  EXPECT_THAT(ask(caller_at(5'000, whole)).log, ElementsAre("response \"v1\""));
}

TEST_F(ModeSwitchTest, ARisingShareTakesNobodyBack) {
  const std::string first = caller_at(0, 500);
  const std::string later = caller_at(500, 2'500);
  modes.decide(Mode::gradual, share_of(5));
  EXPECT_EQ(modes.side_of(first), Side::v2);
  EXPECT_EQ(modes.side_of(later), Side::v1);
  modes.decide(Mode::gradual, share_of(25));
  EXPECT_EQ(modes.side_of(first), Side::v2);
  EXPECT_EQ(modes.side_of(later), Side::v2);
}

TEST_F(ModeSwitchTest, EverythingReachesTheClientOfAGradualSwitch) {
  v2.answer = [](Request&&, pipeline::Client& client) {
    client.routed({"route", "target", "provider"});
    client.provider_headers({{"x", "1"}});
    client.keep_alive();
    client.lost({"field", "why"});
    client.event({"name", Document(std::string("1"))});
    client.end();
  };
  modes.decide(Mode::gradual, whole);
  const FakeClient client = ask();
  EXPECT_THAT(client.log, ElementsAre("keep-alive", "lost field", "event name 1", "end"));
  EXPECT_EQ(client.route, "route/target");
  EXPECT_EQ(client.headers.find("x"), "1");
}

TEST_F(ModeSwitchTest, ABreachSendsTheNextRequestToV1) {
  std::string why;
  modes.on_breach([&](std::string told) { why = std::move(told); });
  v2.answer = fail;
  modes.decide(Mode::gradual, whole);
  for (int i = 0; i < 10; ++i) ask();
  EXPECT_EQ(modes.decision().mode, Mode::v1);
  EXPECT_THAT(why, HasSubstr("100.0 % of V2's last 10 requests failed"));
  EXPECT_THAT(ask().log, ElementsAre("response \"v1\""));
}

TEST_F(ModeSwitchTest, AClientThatLeavesSaysNothingAboutAnEngine) {
  v2.answer = [](Request&&, pipeline::Client&) {};
  modes.decide(Mode::gradual, whole);
  for (int i = 0; i < 20; ++i) ask();
  EXPECT_EQ(modes.decision().mode, Mode::gradual);
  EXPECT_EQ(modes.counters(Side::v2).requests, 0u);
}

TEST_F(ModeSwitchTest, ADecisionThatCameTooLateIsNotTaken) {
  modes.decide(Mode::gradual, 500);
  const Decision seen = modes.decision();
  modes.decide(Mode::v1, 0);
  EXPECT_FALSE(modes.decide(seen, Mode::gradual, 2'500));
  EXPECT_EQ(modes.decision().mode, Mode::v1);
}

TEST_F(ModeSwitchTest, ModelsAreThoseOfWhoMayAnswer) {
  const auto ids = [this] {
    std::vector<std::string> ids;
    for (const pipeline::ModelEntry& model : modes.models()) ids.push_back(model.id);
    return ids;
  };
  modes.decide(Mode::v1, 0);
  EXPECT_THAT(ids(), ElementsAre("shared", "v1"));
  modes.decide(Mode::v2, 0);
  EXPECT_THAT(ids(), ElementsAre("shared", "v2"));
  modes.decide(Mode::gradual, 500);
  EXPECT_THAT(ids(), ElementsAre("shared", "v1", "v2"));
}

TEST_F(ModeSwitchTest, AModelOfBothHasTheRoutesOfBothWhileEitherMayAnswer) {
  modes.decide(Mode::gradual, 500);
  EXPECT_THAT(modes.models().front().routes, ElementsAre("of-v1", "of-v2"));
  modes.decide(Mode::v1, 0);
  EXPECT_THAT(modes.models().front().routes, ElementsAre("of-v1"));
}

TEST_F(ModeSwitchTest, IsReadyWhenWhoMayAnswerIs) {
  v2.why_not_ready = "not yet";
  modes.decide(Mode::v1, 0);
  EXPECT_THAT(modes.not_ready(), IsEmpty());
  modes.decide(Mode::gradual, 500);
  EXPECT_EQ(modes.not_ready(), "not yet");
}

TEST_F(ModeSwitchTest, HealthSaysTheMode) {
  modes.decide(Mode::gradual, share_of(12.5));
  EXPECT_EQ(modes.health_json(), R"({"mode":"gradual","percentage":12.50,"engine":"v2"})");
}

}  // namespace
}  // namespace patchbay::modes
