#include "monitoring/quantiles.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace patchbay::monitoring {

namespace {

std::uint32_t bucket_of(Quantiles::Duration duration) {
  constexpr std::int64_t day = 86'400'000'000;
  const auto value = static_cast<std::uint64_t>(std::clamp<std::int64_t>(duration.count() / 1'000, 1, day));
  const auto octave = static_cast<std::uint32_t>(std::bit_width(value)) - 1;
  const std::uint64_t quarter = octave >= 2 ? value >> (octave - 2) & 3 : value << (2 - octave) & 3;
  return octave * 4 + static_cast<std::uint32_t>(quarter);
}

Quantiles::Duration middle_of(std::uint32_t bucket) {
  const double octave = std::ldexp(1'000.0, static_cast<int>(bucket / 4));
  return Quantiles::Duration(static_cast<std::int64_t>(octave * (1.125 + static_cast<double>(bucket % 4) / 4.0)));
}

}  // namespace

void Quantiles::add(std::uint32_t index, std::uint32_t count) {
  const auto at =
      std::lower_bound(buckets_.begin(), buckets_.end(), index, [](const Bucket& one, std::uint32_t other) { return one.index < other; });
  if (at != buckets_.end() && at->index == index)
    at->count += count;
  else
    buckets_.insert(at, {index, count});
}

void Quantiles::observe(Duration duration) {
  add(bucket_of(duration), 1);
  ++count_;
  sum_ += duration;
}

Quantiles& Quantiles::operator+=(const Quantiles& other) {
  for (const Bucket& bucket : other.buckets_) add(bucket.index, bucket.count);
  count_ += other.count_;
  sum_ += other.sum_;
  return *this;
}

Quantiles::Duration Quantiles::at(double share) const {
  const auto rank = std::max(1.0, std::ceil(share * static_cast<double>(count_)));
  double passed = 0;
  for (const Bucket& bucket : buckets_) {
    passed += bucket.count;
    if (passed >= rank) return middle_of(bucket.index);
  }
  return Duration{0};
}

}  // namespace patchbay::monitoring
