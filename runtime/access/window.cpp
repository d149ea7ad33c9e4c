#include "access/window.hpp"

#include <cstdio>

namespace patchbay::access {

namespace {

using namespace std::chrono;

year_month_day date_at(WallTime now) { return year_month_day(floor<days>(now)); }

/// Months since year 0.
std::int64_t month_number(const year_month_day& date) {
  return std::int64_t{static_cast<int>(date.year())} * 12 + static_cast<unsigned>(date.month()) - 1;
}

std::string date_text(const year_month_day& date) {
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  return text;
}

}  // namespace

std::int64_t window_at(Window window, WallTime now) {
  switch (window) {
    case Window::minute: return floor<minutes>(now).time_since_epoch().count();
    case Window::day: return floor<days>(now).time_since_epoch().count();
    case Window::month: return month_number(date_at(now));
    case Window::total: break;
  }
  return 0;
}

WallTime window_start(Window window, WallTime now) {
  switch (window) {
    case Window::minute: return floor<minutes>(now);
    case Window::day: return floor<days>(now);
    case Window::month: {
      const year_month_day date = date_at(now);
      return sys_days(date.year() / date.month() / 1);
    }
    case Window::total: break;
  }
  return WallTime::min();
}

WallTime window_end(Window window, WallTime now) {
  switch (window) {
    case Window::minute: return floor<minutes>(now) + minutes(1);
    case Window::day: return floor<days>(now) + days(1);
    case Window::month: {
      const year_month_day date = date_at(now);
      return sys_days(date.year() / date.month() / 1 + months(1));
    }
    case Window::total: break;
  }
  return WallTime::max();
}

std::string window_name(Window window, std::int64_t number) {
  switch (window) {
    case Window::minute: {
      const sys_time<minutes> at{minutes(number)};
      const hh_mm_ss time(at - floor<days>(at));
      char text[8];
      std::snprintf(text, sizeof text, "T%02d:%02d", static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()));
      return date_text(year_month_day(floor<days>(at))) + text;
    }
    case Window::day: return date_text(year_month_day(sys_days(days(number))));
    case Window::month: {
      char text[24];
      std::snprintf(text, sizeof text, "%04lld-%02lld", static_cast<long long>(number / 12), static_cast<long long>(number % 12 + 1));
      return text;
    }
    case Window::total: break;
  }
  return "total";
}

std::chrono::seconds window_kept(Window window) {
  switch (window) {
    case Window::minute: return minutes(3);
    case Window::day: return days(3);
    case Window::month: return days(63);
    case Window::total: break;
  }
  return seconds(0);
}

std::string_view name_of(Window window) {
  switch (window) {
    case Window::minute: return "minute";
    case Window::day: return "day";
    case Window::month: return "month";
    case Window::total: break;
  }
  return "total";
}

}  // namespace patchbay::access
