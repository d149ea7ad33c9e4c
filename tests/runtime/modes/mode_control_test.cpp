#include "modes/mode_control.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "fake_engine.hpp"
#include "modes/shadow.hpp"
#include "monitoring/prometheus_text.hpp"
#include "net/deadline_clock.hpp"
#include "temporary_folder.hpp"

namespace patchbay::modes {
namespace {

using modes::testing::FakeEngine;
using std::chrono::hours;
using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct ModeControlTest : ::testing::Test {
  ModeControlTest() { settings.state_file = folder.path("mode.json"); }

  /// A host that starts, or starts again after it was killed.
  std::string start() {
    control.reset();
    control.emplace(ModeControl::Place{io, hooks, [this] { return has_v1; }, [this] { return has_routes; }, [this] { return wall; }},
                    settings);
    mode_switch.emplace(v1, v2, settings.guard, control->salt());
    if (has_shadow) mode_switch->shadow_with(shadow);
    return control->start(*mode_switch, settings);
  }
  Switched order(Order wanted) { return control->order(wanted, "command"); }
  static Order ramp() { return {.mode = Mode::gradual, .ramp = {5, 25, 100}, .duration = hours(3)}; }
  const SwitchReport& last() { return control->reports().back(); }

  config::TemporaryFolder folder;
  config::ModeSettings settings;
  bool has_v1 = true;
  bool has_routes = true;
  bool has_shadow = true;
  std::uint64_t wall = 1'700'000'000'000;
  boost::asio::io_context io;
  hooks::HookBus hooks;
  FakeEngine v1{"v1"};
  FakeEngine v2{"v2"};
  net::DeadlineClock deadlines{io};
  testing::NoUpstream upstream;
  pipeline::Worker worker{io, deadlines, upstream};
  Shadow shadow{v1, v2, worker, {}};
  std::optional<ModeSwitch> mode_switch;
  std::optional<ModeControl> control;
};

TEST_F(ModeControlTest, BeginsWithWhatTheConfigurationSays) {
  settings.active = "v1";
  EXPECT_THAT(start(), IsEmpty());
  EXPECT_EQ(mode_switch->decision().mode, Mode::v1);
  EXPECT_THAT(control->reports(), IsEmpty());
}

TEST_F(ModeControlTest, WithoutV1OnlyV2IsPossible) {
  has_v1 = false;
  EXPECT_THAT(start(), IsEmpty());
  EXPECT_THAT(order({.mode = Mode::v1}).message, HasSubstr("[v1] config"));
  EXPECT_EQ(mode_switch->decision().mode, Mode::v2);
  settings.active = "shadow";
  EXPECT_THAT(start(), HasSubstr("needs a V1 configuration"));
}

TEST_F(ModeControlTest, WithoutAThreadOfItsOwnShadowIsNotPossible) {
  has_shadow = false;
  start();
  EXPECT_THAT(order({.mode = Mode::shadow}).message, HasSubstr("restart the host"));
}

TEST_F(ModeControlTest, WithoutRoutesOnlyV1IsPossible) {
  has_routes = false;
  EXPECT_THAT(start(), IsEmpty());
  EXPECT_EQ(mode_switch->decision().mode, Mode::v1);
  EXPECT_THAT(order({.mode = Mode::v2}).message, HasSubstr("only v1 is possible"));
}

TEST_F(ModeControlTest, ASwitchIsInForceAtOnceAndReported) {
  start();
  EXPECT_TRUE(order({.mode = Mode::v1}).done);
  EXPECT_EQ(mode_switch->decision().mode, Mode::v1);
  EXPECT_EQ(last().from, "v2");
  EXPECT_EQ(last().to, "v1");
  EXPECT_EQ(last().outcome, "succeeded");
  EXPECT_EQ(last().start, "2023-11-14T22:13:20.000Z");
}

TEST_F(ModeControlTest, ARampGoesStepByStepToV2Alone) {
  start();
  order(ramp());
  EXPECT_EQ(mode_switch->decision().share, 500);
  control->advance();
  EXPECT_EQ(mode_switch->decision().share, 2'500);
  control->advance();
  EXPECT_EQ(mode_switch->decision().share, whole);
  EXPECT_EQ(last().outcome, "running");
  control->advance();
  EXPECT_EQ(mode_switch->decision().mode, Mode::v2);
  EXPECT_EQ(last().outcome, "succeeded");
  EXPECT_EQ(last().steps.size(), 3u);
}

TEST_F(ModeControlTest, ARampThatEndsBelowAllStaysThere) {
  start();
  order({.mode = Mode::gradual, .ramp = {5, 25}, .duration = hours(1)});
  control->advance();
  control->advance();
  control->advance();
  EXPECT_EQ(mode_switch->decision().share, 2'500);
  EXPECT_EQ(last().outcome, "succeeded");
}

TEST_F(ModeControlTest, StepsComeByThemselves) {
  start();
  order({.mode = Mode::gradual, .ramp = {5, 100}, .duration = milliseconds(2)});
  while (mode_switch->decision().mode == Mode::gradual && io.run_one() > 0) wall += 10;
  EXPECT_EQ(mode_switch->decision().mode, Mode::v2);
}

TEST_F(ModeControlTest, ARestartGoesOnWhereItWas) {
  start();
  order(ramp());
  control->advance();
  const std::string salt = control->salt();
  EXPECT_THAT(start(), IsEmpty());
  EXPECT_EQ(mode_switch->decision().mode, Mode::gradual);
  EXPECT_EQ(mode_switch->decision().share, 2'500);
  EXPECT_EQ(control->salt(), salt);
  control->advance();
  EXPECT_EQ(mode_switch->decision().share, whole);
}

TEST_F(ModeControlTest, ALongAbsenceSkipsNoStep) {
  start();
  order(ramp());
  wall += 24 * 3'600'000;
  start();
  io.poll();
  EXPECT_EQ(mode_switch->decision().share, 500);
}

TEST_F(ModeControlTest, AConfigurationThatAsksForAnotherModeOutranksWhatWasKept) {
  start();
  order({.mode = Mode::v1});
  settings.active = "shadow";
  start();
  EXPECT_EQ(mode_switch->decision().mode, Mode::shadow);
  EXPECT_EQ(last().by, "configuration");
}

TEST_F(ModeControlTest, AReloadThatAsksForNothingNewChangesNothing) {
  start();
  order({.mode = Mode::v1});
  control->configure(settings);
  EXPECT_EQ(mode_switch->decision().mode, Mode::v1);
}

TEST_F(ModeControlTest, AReloadThatAsksForAnotherModeIsASwitch) {
  start();
  settings.active = "gradual";
  settings.percentage = 10;
  control->configure(settings);
  EXPECT_EQ(mode_switch->decision().share, 1'000);
}

TEST_F(ModeControlTest, WithoutItsV1ConfigurationAHostGoesToV2) {
  start();
  order({.mode = Mode::v1});
  has_v1 = false;
  control->configure(settings);
  EXPECT_EQ(mode_switch->decision().mode, Mode::v2);
}

TEST_F(ModeControlTest, WhatWasKeptAndIsNotPossibleAnyMoreGivesWayToTheConfiguration) {
  start();
  order({.mode = Mode::v1});
  has_v1 = false;
  EXPECT_THAT(start(), IsEmpty());
  EXPECT_EQ(mode_switch->decision().mode, Mode::v2);
}

TEST_F(ModeControlTest, RollbackOfAGradualSwitchGoesToTheLastModeThatWasNot) {
  start();
  order({.mode = Mode::shadow});
  order({.mode = Mode::gradual, .percentage = 5});
  order({.mode = Mode::gradual, .percentage = 50});
  EXPECT_TRUE(control->roll_back().done);
  EXPECT_EQ(mode_switch->decision().mode, Mode::shadow);
  EXPECT_EQ(last().rollback, "manual");
  EXPECT_EQ(last().outcome, "rolled back");
}

TEST_F(ModeControlTest, RollbackOfACompleteSwitchGoesBackToo) {
  settings.active = "v1";
  start();
  order({.mode = Mode::v2});
  EXPECT_TRUE(control->roll_back().done);
  EXPECT_EQ(mode_switch->decision().mode, Mode::v1);
}

TEST_F(ModeControlTest, WithoutASwitchThereIsNothingToRollBack) {
  start();
  EXPECT_FALSE(control->roll_back().done);
  order({.mode = Mode::v1});
  control->roll_back();
  EXPECT_FALSE(control->roll_back().done);
}

TEST_F(ModeControlTest, ABreachIsReportedWithItsReason) {
  settings.active = "v1";
  settings.guard.min_requests = 10;
  start();
  order(ramp());
  mode_switch->decide(Mode::gradual, whole);
  v2.answer = testing::fail;
  struct Nobody final : pipeline::Client {
    void routed(const pipeline::Patch&) override {}
    void calling() override {}
    void provider_headers(Headers&&) override {}
    void keep_alive() override {}
    [[nodiscard]] std::size_t unsent() const override { return 0; }
    [[nodiscard]] std::string caller() const override { return {}; }
    void response(Response&&) override {}
    void event(Event&&) override {}
    void end() override {}
    void error(Error&&) override {}
    void lost(Loss&&) override {}
  } nobody;
  for (int i = 0; i < 10; ++i) (void)mode_switch->start(worker, Request{}, nobody);
  EXPECT_EQ(mode_switch->decision().mode, Mode::v1);
  control->advance();  // a step that comes between the breach and its report changes nothing
  EXPECT_EQ(mode_switch->decision().mode, Mode::v1);
  io.poll();
  EXPECT_EQ(last().rollback, "automatic");
  EXPECT_THAT(last().error, HasSubstr("requests failed"));
  start();
  EXPECT_EQ(mode_switch->decision().mode, Mode::v1);
}

TEST_F(ModeControlTest, AnOrderThatReplacesARampEndsItsReport) {
  start();
  order(ramp());
  order({.mode = Mode::v1});
  ASSERT_EQ(control->reports().size(), 2u);
  EXPECT_EQ(control->reports().front().outcome, "superseded");
}

TEST_F(ModeControlTest, WithoutAFileTheAnswerSaysThatARestartForgets) {
  settings.state_file.clear();
  start();
  EXPECT_THAT(order({.mode = Mode::v1}).message, HasSubstr("a restart forgets it"));
}

TEST_F(ModeControlTest, AFileThatCannotBeWrittenIsSaidAndTheSwitchIsMade) {
  settings.state_file = folder.path("missing/mode.json");
  start();
  const Switched outcome = order({.mode = Mode::v1});
  EXPECT_TRUE(outcome.done);
  EXPECT_THAT(outcome.message, HasSubstr("cannot be kept"));
  EXPECT_EQ(mode_switch->decision().mode, Mode::v1);
}

TEST_F(ModeControlTest, MetricsNameTheModeAndTheShare) {
  start();
  order({.mode = Mode::gradual, .percentage = 25});
  monitoring::PrometheusText text;
  control->add_metrics(text);
  EXPECT_THAT(text.take(), AllOf(HasSubstr("patchbay_mode{mode=\"gradual\"} 1\n"), HasSubstr("patchbay_mode_v2_basis_points 2500\n"),
                                 HasSubstr("patchbay_mode_switches_total 1\n")));
}

}  // namespace
}  // namespace patchbay::modes
