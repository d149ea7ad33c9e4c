#include "modes/guard.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

namespace patchbay::modes {

using std::chrono::microseconds;

namespace {

constexpr double first_class = 100.0;  // microseconds
constexpr double growth = 1.2;

std::size_t class_of(microseconds time) {
  const double count = static_cast<double>(time.count());
  if (count <= first_class) return 0;
  return std::min(Tally::classes - 1, static_cast<std::size_t>(std::ceil(std::log(count / first_class) / std::log(growth))));
}

double milliseconds_of(microseconds time) { return static_cast<double>(time.count()) / 1'000.0; }

}  // namespace

void Tally::add(bool failed, microseconds first_byte) {
  ++requests;
  if (failed)
    ++failures;
  else
    ++by_time[class_of(first_byte)];
}

void Tally::add(const Tally& other) {
  requests += other.requests;
  failures += other.failures;
  for (std::size_t i = 0; i < classes; ++i) by_time[i] += other.by_time[i];
}

std::optional<microseconds> Tally::within(double part) const {
  const std::uint32_t answered = requests - failures;
  if (answered == 0) return std::nullopt;
  const double wanted = part * answered;
  double seen = 0;
  std::size_t at = 0;
  for (; at + 1 < classes; ++at) {
    seen += by_time[at];
    if (seen >= wanted) break;
  }
  return microseconds(std::llround(first_class * std::pow(growth, static_cast<double>(at))));
}

void Guard::limit(const config::GuardSettings& limits) {
  const std::lock_guard lock(mutex_);
  if (limits.window != limits_.window) windows_ = {};  // slices of another length cannot be added
  limits_ = limits;
}

void Guard::reset() {
  const std::lock_guard lock(mutex_);
  windows_ = {};
  measure_.reset();
}

std::int64_t Guard::number_of(Time now) const {
  const auto slice = std::max<std::chrono::steady_clock::duration>(limits_.window / slices, std::chrono::milliseconds(1));
  return now.time_since_epoch() / slice;
}

Tally Guard::sum(const Window& window, std::int64_t now) const {
  Tally sum;
  for (const Slice& slice : window)
    if (slice.number > now - static_cast<std::int64_t>(slices) && slice.number <= now) sum.add(slice.tally);
  return sum;
}

Tally Guard::tally(Side side, Time now) const {
  const std::lock_guard lock(mutex_);
  return sum(windows_[static_cast<std::size_t>(side)], number_of(now));
}

std::string Guard::record(Side side, bool failed, microseconds first_byte, Time now) {
  const std::lock_guard lock(mutex_);
  const std::int64_t number = number_of(now);
  Slice& slice = windows_[static_cast<std::size_t>(side)][static_cast<std::size_t>(number) % slices];
  if (slice.number != number) slice = {number, {}};
  slice.tally.add(failed, first_byte);
  return side == Side::v2 ? judge(number) : std::string();
}

std::string Guard::judge(std::int64_t now) {
  const Tally v2 = sum(windows_[static_cast<std::size_t>(Side::v2)], now);
  if (v2.requests < limits_.min_requests) return {};
  if (Tally v1 = sum(windows_[static_cast<std::size_t>(Side::v1)], now); v1.requests >= limits_.min_requests) measure_ = v1;

  const double errors_of_v1 = measure_ ? measure_->error_percentage() : 0.0;
  if (v2.error_percentage() > errors_of_v1 + limits_.error_increase)
    return fmt::format("{:.1f} % of V2's last {} requests failed, {:.1f} % of V1's; {:.1f} points more are allowed", v2.error_percentage(),
                       v2.requests, errors_of_v1, limits_.error_increase);

  const auto slowest_of_v1 = measure_ ? measure_->within(0.95) : std::nullopt;
  const auto slowest_of_v2 = v2.within(0.95);
  if (!slowest_of_v1 || !slowest_of_v2) return {};
  const double allowed =
      milliseconds_of(*slowest_of_v1) * (1.0 + limits_.latency_increase / 100.0) + static_cast<double>(limits_.latency_slack.count());
  if (milliseconds_of(*slowest_of_v2) <= allowed) return {};
  return fmt::format("V2's first bytes took {:.0f} ms (95th percentile of its last {} requests), V1's {:.0f} ms; {:.0f} ms are allowed",
                     milliseconds_of(*slowest_of_v2), v2.requests, milliseconds_of(*slowest_of_v1), allowed);
}

}  // namespace patchbay::modes
