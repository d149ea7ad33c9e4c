#include "access/window.hpp"

#include <gtest/gtest.h>

namespace patchbay::access {
namespace {

using namespace std::chrono;

const WallTime moment = sys_days(2026y / 12 / 31) + hours(23) + minutes(59) + seconds(58);

TEST(Window, IsNamedAsPeopleWriteIt) {
  EXPECT_EQ(window_name(Window::minute, window_at(Window::minute, moment)), "2026-12-31T23:59");
  EXPECT_EQ(window_name(Window::day, window_at(Window::day, moment)), "2026-12-31");
  EXPECT_EQ(window_name(Window::month, window_at(Window::month, moment)), "2026-12");
  EXPECT_EQ(window_name(Window::total, window_at(Window::total, moment)), "total");
}

TEST(Window, EndsWhereTheNextBegins) {
  const WallTime new_year = sys_days(2027y / 1 / 1);
  for (const Window window : {Window::minute, Window::day, Window::month}) {
    EXPECT_EQ(window_end(window, moment), new_year) << name_of(window);
    EXPECT_EQ(window_at(window, new_year), window_at(window, moment) + 1) << name_of(window);
  }
}

TEST(Window, TheTotalNeverEnds) {
  EXPECT_EQ(window_end(Window::total, moment), WallTime::max());
  EXPECT_EQ(window_kept(Window::total), seconds(0));
}

TEST(Window, CountersOutliveTheirWindow) {
  EXPECT_GT(window_kept(Window::minute), minutes(1));
  EXPECT_GT(window_kept(Window::day), days(1));
  EXPECT_GT(window_kept(Window::month), days(31));
}

}  // namespace
}  // namespace patchbay::access
