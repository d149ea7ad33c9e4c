#include "net/deadline_clock.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

namespace patchbay::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST(DeadlineClock, FiresAfterTheDelayAndNotBefore) {
  boost::asio::io_context io;
  DeadlineClock clock(io);
  const auto start = steady_clock::now();
  steady_clock::duration elapsed{};
  Deadline deadline(clock, [&] { elapsed = steady_clock::now() - start; });

  deadline.arm(milliseconds(50));
  io.run();

  EXPECT_GE(elapsed, milliseconds(50));
}

TEST(DeadlineClock, ADisarmedDeadlineDoesNotFire) {
  boost::asio::io_context io;
  DeadlineClock clock(io);
  bool fired = false;
  Deadline deadline(clock, [&] { fired = true; });

  deadline.arm(milliseconds(20));
  deadline.disarm();
  io.run();

  EXPECT_FALSE(fired);
}

TEST(DeadlineClock, RearmingReplacesTheEarlierTime) {
  boost::asio::io_context io;
  DeadlineClock clock(io);
  int fired = 0;
  Deadline deadline(clock, [&] { ++fired; });

  deadline.arm(milliseconds(20));
  deadline.arm(milliseconds(60));
  io.run();

  EXPECT_EQ(fired, 1);
}

TEST(DeadlineClock, ACallbackMayDestroyAnotherDueDeadline) {
  boost::asio::io_context io;
  DeadlineClock clock(io);
  bool second_fired = false;
  auto second = std::make_unique<Deadline>(clock, [&] { second_fired = true; });
  Deadline first(clock, [&] { second.reset(); });

  first.arm(milliseconds(20));
  second->arm(milliseconds(20));
  io.run();

  EXPECT_FALSE(second_fired);
}

TEST(DeadlineClock, TheLoopEndsOnceNothingIsArmed) {
  boost::asio::io_context io;
  DeadlineClock clock(io);
  Deadline deadline(clock, [] {});
  deadline.arm(milliseconds(20));

  io.run();

  EXPECT_FALSE(deadline.armed());
}

}  // namespace
}  // namespace patchbay::net
