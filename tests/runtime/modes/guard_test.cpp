#include "modes/guard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace patchbay::modes {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct GuardTest : ::testing::Test {
  GuardTest()
      : guard({.window = seconds(60), .min_requests = 10, .error_increase = 5, .latency_increase = 50, .latency_slack = milliseconds(10)}) {
  }

  /// The last verdict.
  std::string requests(Side side, int count, int failed, milliseconds first_byte = milliseconds(20)) {
    std::string verdict;
    for (int i = 0; i < count; ++i) verdict = guard.record(side, i < failed, first_byte, now);
    return verdict;
  }

  Guard guard;
  Guard::Time now{seconds(1'000)};
};

TEST_F(GuardTest, FewRequestsAreNoEvidence) { EXPECT_THAT(requests(Side::v2, 9, 9), IsEmpty()); }

TEST_F(GuardTest, MoreFailuresThanTheBudgetAllowsAreABreach) {
  requests(Side::v1, 100, 1);
  EXPECT_THAT(requests(Side::v2, 20, 2), HasSubstr("10.0 % of V2's last 20 requests failed, 1.0 % of V1's"));
}

TEST_F(GuardTest, FailuresThatV1HasAsWellAreNone) {
  requests(Side::v1, 100, 30);
  EXPECT_THAT(requests(Side::v2, 20, 6), IsEmpty());
}

TEST_F(GuardTest, WithoutAMeasureV1CountsAsFaultless) { EXPECT_THAT(requests(Side::v2, 20, 2), HasSubstr("0.0 % of V1's")); }

TEST_F(GuardTest, SlowerThanTheBudgetAllowsIsABreach) {
  requests(Side::v1, 100, 0, milliseconds(100));
  EXPECT_THAT(requests(Side::v2, 20, 0, milliseconds(300)), HasSubstr("first bytes took"));
}

TEST_F(GuardTest, SlowerWithinTheBudgetIsNone) {
  requests(Side::v1, 100, 0, milliseconds(100));
  EXPECT_THAT(requests(Side::v2, 20, 0, milliseconds(120)), IsEmpty());
}

TEST_F(GuardTest, AFewSlowAnswersAreNone) {
  requests(Side::v1, 100, 0, milliseconds(10));
  requests(Side::v2, 1, 0, seconds(30));
  EXPECT_THAT(requests(Side::v2, 99, 0, milliseconds(10)), IsEmpty());
}

TEST_F(GuardTest, WhatLeftTheWindowIsForgotten) {
  requests(Side::v2, 9, 9);
  now += seconds(120);
  EXPECT_THAT(requests(Side::v2, 9, 0), IsEmpty());
  EXPECT_EQ(guard.tally(Side::v2, now).requests, 9u);
}

TEST_F(GuardTest, V1StaysTheMeasureWhenNobodyAsksItAnyMore) {
  requests(Side::v1, 100, 30);
  requests(Side::v2, 10, 3);
  now += seconds(120);
  EXPECT_THAT(requests(Side::v2, 20, 6), IsEmpty());
}

TEST_F(GuardTest, AnotherSwitchBeginsWithNothing) {
  requests(Side::v2, 10, 0);
  guard.reset();
  EXPECT_EQ(guard.tally(Side::v2, now).requests, 0u);
}

TEST(Tally, TimesAreRoundedUpByAFifthAtMost) {
  Tally tally;
  tally.add(false, milliseconds(100));
  EXPECT_GE(tally.within(0.95).value(), milliseconds(100));
  EXPECT_LE(tally.within(0.95).value(), milliseconds(120));
}

}  // namespace
}  // namespace patchbay::modes
