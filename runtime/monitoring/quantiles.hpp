#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace patchbay::monitoring {

/// How durations are distributed, to within an eighth of each, from a microsecond to a day: counts in buckets of four to the octave. A
/// value type.
class Quantiles {
 public:
  using Duration = std::chrono::nanoseconds;

  void observe(Duration duration);
  Quantiles& operator+=(const Quantiles& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] Duration sum() const { return sum_; }
  /// The duration that this share of them does not exceed; zero if there is none.
  [[nodiscard]] Duration at(double share) const;

 private:
  struct Bucket {
    std::uint32_t index;
    std::uint32_t count;
  };
  void add(std::uint32_t index, std::uint32_t count);

  std::vector<Bucket> buckets_;  // by index, without the empty ones: durations of one thing lie close together
  std::uint64_t count_ = 0;
  Duration sum_{0};
};

}  // namespace patchbay::monitoring
