#include "modes/state_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "temporary_folder.hpp"

namespace patchbay::modes {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

struct StateFileTest : ::testing::Test {
  std::string damage() {
    try {
      (void)file.load();
    } catch (const StateError& error) {
      return error.what();
    }
    return "none";
  }

  config::TemporaryFolder folder;
  StateFile file{folder.path("mode.json")};
};

TEST_F(StateFileTest, WhatIsKeptIsReadAsItWas) {
  ModeState state;
  state.mode = "gradual";
  state.percentage = 12.5;
  state.ramp = {5, 12.5, 100};
  state.step = 1;
  state.step_began = 1'700'000'000'123;
  state.salt = "s";
  state.reports.push_back({.number = 7, .from = "v1", .to = "gradual", .steps = {{"t", 5}}});
  file.save(state);

  const ModeState read = file.load().value();
  EXPECT_EQ(read.mode, "gradual");
  EXPECT_EQ(read.percentage, 12.5);
  EXPECT_EQ(read.ramp, state.ramp);
  EXPECT_EQ(read.step, 1u);
  EXPECT_EQ(read.step_began, state.step_began);
  EXPECT_EQ(read.salt, "s");
  EXPECT_EQ(read.reports.at(0).number, 7u);
  EXPECT_EQ(read.reports.at(0).steps.at(0).percentage, 5);
}

TEST_F(StateFileTest, NoFileIsNoFault) { EXPECT_FALSE(file.load()); }

TEST_F(StateFileTest, WithoutAPathNothingIsKept) {
  const StateFile nowhere("");
  nowhere.save({});
  EXPECT_FALSE(nowhere.load());
}

TEST_F(StateFileTest, AnUnfinishedWriteIsNotRead) {
  file.save({.percentage = 5});
  folder.write("mode.json.next", "{\"mode\":\"v");
  EXPECT_EQ(file.load().value().percentage, 5);
}

TEST_F(StateFileTest, ADamagedFileSaysWhatToDo) {
  folder.write("mode.json", "{\"mode\":\"gra");
  EXPECT_THAT(damage(), AllOf(HasSubstr(folder.path("mode.json")), HasSubstr("is damaged"), HasSubstr("remove the file")));
}

TEST_F(StateFileTest, AModeThatIsNoneIsDamage) {
  folder.write("mode.json", R"({"mode":"v9"})");
  EXPECT_THAT(damage(), HasSubstr("there is no mode 'v9'"));
}

TEST_F(StateFileTest, AStepBeyondTheRampIsDamage) {
  folder.write("mode.json", R"({"mode":"gradual","ramp":[5],"step":1})");
  EXPECT_THAT(damage(), HasSubstr("no such step"));
}

TEST_F(StateFileTest, AFolderThatIsNotThereIsAnError) {
  const StateFile lost(folder.path("missing/mode.json"));
  EXPECT_THROW(lost.save({}), StateError);
}

}  // namespace
}  // namespace patchbay::modes
