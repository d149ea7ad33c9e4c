#include "state/store.hpp"

#include <gtest/gtest.h>

namespace patchbay::state {
namespace {

TEST(Lease, GivesWhatIsWantedWhileThereIsMuch) { EXPECT_EQ(lease(1'000, 30, 1), 30); }

TEST(Lease, GetsSmallerTowardTheEnd) { EXPECT_EQ(lease(40, 30, 1), 10); }

TEST(Lease, GivesAtLeastWhatIsNeeded) { EXPECT_EQ(lease(40, 30, 25), 25); }

TEST(Lease, NeverGivesMoreThanIsLeft) {
  EXPECT_EQ(lease(3, 30, 25), 3);
  EXPECT_EQ(lease(0, 30, 25), 0);
  EXPECT_EQ(lease(-5, 30, 1), 0);
}

TEST(Lease, GivesTheLastOne) { EXPECT_EQ(lease(1, 1, 1), 1); }

TEST(Lease, GivesNothingToWhoWantsNothing) { EXPECT_EQ(lease(100, 0, 0), 0); }

}  // namespace
}  // namespace patchbay::state
