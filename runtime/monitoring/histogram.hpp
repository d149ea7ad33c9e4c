#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace patchbay::monitoring {

/// Counts observations by the first bound that they do not exceed; the last bucket has those beyond all bounds. A value type.
template <const auto& Bounds>
class Histogram {
 public:
  [[nodiscard]] static constexpr std::span<const double> bounds() { return Bounds; }

  void observe(double value) {
    const auto at = std::lower_bound(Bounds.begin(), Bounds.end(), value);
    ++counts_[static_cast<std::size_t>(at - Bounds.begin())];
    sum_ += value;
  }

  Histogram& operator+=(const Histogram& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    sum_ += other.sum_;
    return *this;
  }

  [[nodiscard]] std::span<const std::uint64_t> counts() const { return counts_; }
  [[nodiscard]] double sum() const { return sum_; }

 private:
  std::array<std::uint64_t, Bounds.size() + 1> counts_{};
  double sum_ = 0;
};

}  // namespace patchbay::monitoring
