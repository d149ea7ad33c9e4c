#include "pipeline/retry_pause.hpp"

#include <algorithm>
#include <random>

namespace patchbay::pipeline {

std::optional<std::chrono::milliseconds> retry_pause(const config::FailoverSettings& rules, std::uint32_t retries,
                                                     std::optional<std::chrono::seconds> retry_after) {
  using std::chrono::milliseconds;
  constexpr std::uint32_t most_doublings = 20;
  if (retry_after && *retry_after > rules.max_backoff) return std::nullopt;
  thread_local std::minstd_rand dice(std::random_device{}());
  const std::int64_t whole = std::min(rules.max_backoff.count(), rules.backoff.count() << std::min(retries, most_doublings));
  const milliseconds drawn(std::uniform_int_distribution<std::int64_t>(std::max<std::int64_t>(1, whole / 2), std::max<std::int64_t>(1, whole))(dice));
  return std::max(drawn, milliseconds(retry_after.value_or(std::chrono::seconds(0))));
}

}  // namespace patchbay::pipeline
