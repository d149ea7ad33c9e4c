#include "pipeline/probe_record.hpp"

#include <utility>

namespace patchbay::pipeline {

std::uint64_t ProbeRecord::note(bool passed, Result&& result) {
  const std::lock_guard lock(mutex_);
  const bool goes_on = summary_ && summary_.well == passed;
  summary_.row = goes_on ? summary_.row + 1 : 1;
  ++(passed ? summary_.passed : summary_.failed);
  summary_.well = passed;
  summary_.last = std::move(result);
  return summary_.row;
}

}  // namespace patchbay::pipeline
