#include "modes/mode.hpp"

#include <gtest/gtest.h>

#include <string>

namespace patchbay::modes {
namespace {

TEST(Mode, NamesAreReadAsTheyAreWritten) {
  for (const Mode mode : {Mode::v1, Mode::v2, Mode::shadow, Mode::gradual}) EXPECT_EQ(mode_of(name_of(mode)), mode);
  EXPECT_FALSE(mode_of("v3"));
}

TEST(Mode, APlaceIsTheSameOnEveryHostAndInEveryVersion) {
  EXPECT_EQ(place_of("key:0123456789abcdef", "salt"), 9063);
  EXPECT_EQ(place_of("address:127.0.0.1", "salt"), 123);
}

TEST(Mode, AnotherSaltBringsOthersFirst) { EXPECT_NE(place_of("key:1", "one"), place_of("key:1", "two")); }

TEST(Mode, PlacesAreSpreadEvenly) {
  int below_a_tenth = 0;
  for (int i = 0; i < 10'000; ++i)
    if (place_of("key:" + std::to_string(i), "salt") < share_of(10)) ++below_a_tenth;
  EXPECT_NEAR(below_a_tenth, 1'000, 120);
}

TEST(Mode, SharesAreHundredthsOfAPercent) {
  EXPECT_EQ(share_of(0.01), 1);
  EXPECT_EQ(share_of(12.5), 1'250);
  EXPECT_EQ(share_of(100), whole);
}

}  // namespace
}  // namespace patchbay::modes
