#pragma once

#include <chrono>
#include <cmath>

namespace patchbay::monitoring {

/// A time as reports show it: milliseconds, to the microsecond.
[[nodiscard]] inline double milliseconds(std::chrono::nanoseconds time) {
  return std::round(std::chrono::duration<double, std::micro>(time).count()) / 1'000.0;
}

}  // namespace patchbay::monitoring
