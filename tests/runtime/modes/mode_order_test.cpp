#include "modes/mode_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/mode_settings.hpp"

namespace patchbay::modes {
namespace {

using std::chrono::hours;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ModeOrder, ASoundOneHasNoObjection) {
  EXPECT_THAT(objection_to({.mode = Mode::v1}), IsEmpty());
  EXPECT_THAT(objection_to({.mode = Mode::gradual, .percentage = 10}), IsEmpty());
  EXPECT_THAT(objection_to({.mode = Mode::gradual, .ramp = {5, 50, 100}, .duration = hours(1)}), IsEmpty());
}

TEST(ModeOrder, GradualNeedsAPercentage) { EXPECT_THAT(objection_to({.mode = Mode::gradual}), HasSubstr("needs a percentage")); }

TEST(ModeOrder, OtherModesTakeNone) { EXPECT_THAT(objection_to({.mode = Mode::v2, .percentage = 10}), HasSubstr("gradual only")); }

TEST(ModeOrder, ARampRises) {
  EXPECT_THAT(objection_to({.mode = Mode::gradual, .ramp = {50, 5}, .duration = hours(1)}), HasSubstr("rise"));
}

TEST(ModeOrder, ARampHasNoStepsBeyondAll) {
  EXPECT_THAT(objection_to({.mode = Mode::gradual, .ramp = {50, 500}, .duration = hours(1)}), HasSubstr("0 to 100"));
}

TEST(ModeOrder, ARampAndAPercentageAreTooMuch) {
  EXPECT_THAT(objection_to({.mode = Mode::gradual, .percentage = 5, .ramp = {50}, .duration = hours(1)}), HasSubstr("one of the two"));
}

TEST(ModeOrder, AutoIsV2WhereThereAreRoutes) {
  EXPECT_EQ(order_of({}, true).mode, Mode::v2);
  EXPECT_EQ(order_of({}, false).mode, Mode::v1);
}

TEST(ModeOrder, SaysWhatItIs) {
  EXPECT_EQ(text_of({.mode = Mode::gradual, .percentage = 12.5}), "gradual at 12.5 %");
  EXPECT_EQ(text_of({.mode = Mode::gradual, .ramp = {5, 100}, .duration = hours(1)}), "gradual at 5 % (5, 100 in 3600 s)");
}

}  // namespace
}  // namespace patchbay::modes
