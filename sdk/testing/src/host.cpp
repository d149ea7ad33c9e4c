#include "patchbay/testing/host.hpp"

#include <stdexcept>

namespace patchbay::testing {

void FakeClock::advance(std::chrono::nanoseconds by) {
  if (by.count() < 0) throw std::invalid_argument("a clock is never moved back; steady time only goes forward");
  elapsed_.fetch_add(by.count(), std::memory_order_relaxed);
}

void RecordingHost::log(Level level, std::string_view message) const {
  const std::scoped_lock lock(mutex_);
  lines.push_back({level, std::string(message)});
}

}  // namespace patchbay::testing
