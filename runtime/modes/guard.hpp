#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "config/mode_settings.hpp"
#include "modes/mode.hpp"

namespace patchbay::modes {

/// How requests went: counts, and times to the first byte in classes that grow by a fifth each.
struct Tally {
  static constexpr std::size_t classes = 96;  // 100 µs to over an hour

  void add(bool failed, std::chrono::microseconds first_byte);
  void add(const Tally& other);

  [[nodiscard]] double error_percentage() const { return requests == 0 ? 0.0 : 100.0 * failures / requests; }
  /// The time within which that part of the answers began, rounded up to the end of its class; nothing if there were none.
  [[nodiscard]] std::optional<std::chrono::microseconds> within(double part) const;

  std::uint32_t requests = 0;
  std::uint32_t failures = 0;
  std::array<std::uint32_t, classes> by_time{};  // of those that did not fail
};

/// Judges V2 by V1 over a sliding window. When V1 answers too few to be the measure (the last step of a ramp), what it did when it last
/// answered enough counts. [thread-safe]: a lock is held for moments, and only for requests of a gradual switch.
class Guard {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Guard(config::GuardSettings limits) : limits_(limits) {}

  void limit(const config::GuardSettings& limits);
  /// Forgets everything: another switch begins.
  void reset();

  /// Takes in how a request went and returns why V2 is over its budget; empty if it is not.
  [[nodiscard]] std::string record(Side side, bool failed, std::chrono::microseconds first_byte, Time now);

  /// What the window has of a side.
  [[nodiscard]] Tally tally(Side side, Time now) const;

 private:
  static constexpr std::size_t slices = 12;

  struct Slice {
    std::int64_t number = -1;  // of the slice of time that it counts
    Tally tally;
  };
  using Window = std::array<Slice, slices>;

  [[nodiscard]] std::int64_t number_of(Time now) const;
  [[nodiscard]] Tally sum(const Window& window, std::int64_t now) const;
  [[nodiscard]] std::string judge(std::int64_t now);

  mutable std::mutex mutex_;
  config::GuardSettings limits_;
  std::array<Window, 2> windows_{};
  std::optional<Tally> measure_;  // V1, when it last answered enough
};

}  // namespace patchbay::modes
