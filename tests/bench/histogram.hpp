#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace bench {

/// Counts of nanosecond values in log-linear buckets (as HdrHistogram has them): 64 buckets a power of two, so an error below 1.6 %.
class Histogram {
 public:
  void add(std::uint64_t value) {
    ++counts_[index_of(value)];
    ++total_;
  }

  [[nodiscard]] std::uint64_t total() const { return total_; }

  /// The value that `share` (0…1) of all values do not exceed, zero if there are none.
  [[nodiscard]] std::uint64_t quantile(double share) const {
    auto left = static_cast<std::uint64_t>(share * static_cast<double>(total_));
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] > left) return highest_in(i);
      left -= counts_[i];
    }
    return 0;
  }

 private:
  static constexpr unsigned sub_bits = 6;
  static constexpr std::size_t subs = std::size_t{1} << sub_bits;

  static std::size_t index_of(std::uint64_t value) {
    if (value < subs) return static_cast<std::size_t>(value);
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - sub_bits - 1;
    return (shift + 1) * subs + static_cast<std::size_t>((value >> shift) & (subs - 1));
  }

  static std::uint64_t highest_in(std::size_t index) {
    if (index < subs) return index;
    const auto shift = static_cast<unsigned>(index / subs - 1);
    return ((((index % subs) | subs) + 1) << shift) - 1;
  }

  std::array<std::uint64_t, (64 - sub_bits + 1) * subs> counts_{};
  std::uint64_t total_ = 0;
};

}  // namespace bench
