#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace patchbay::pipeline {

/// What the host's own probes of a target have found. [thread-safe]
class ProbeRecord {
 public:
  /// One probe.
  struct Result {
    std::chrono::steady_clock::time_point at;
    std::chrono::steady_clock::duration took{};
    std::string said;  ///< "status 200", or why it failed
  };

  struct Summary {
    std::uint64_t passed = 0;
    std::uint64_t failed = 0;
    bool well = false;      ///< the last one passed
    std::uint64_t row = 0;  ///< so many had that outcome, one after the other
    Result last;

    /// Whether there were any.
    explicit operator bool() const { return passed + failed != 0; }
  };

  /// How many have passed, or failed, in a row.
  std::uint64_t passed(Result&& result) { return note(true, std::move(result)); }
  std::uint64_t failed(Result&& result) { return note(false, std::move(result)); }

  [[nodiscard]] Summary summary() const {
    const std::lock_guard lock(mutex_);
    return summary_;
  }

 private:
  std::uint64_t note(bool passed, Result&& result);

  mutable std::mutex mutex_;
  Summary summary_;
};

}  // namespace patchbay::pipeline
