#pragma once

#include <boost/describe/class.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "patchbay/config.hpp"

namespace patchbay::config {

/// `[failover]`, and `failover` of a route
struct FailoverSettings {
  std::uint32_t attempts = 3;
  std::uint32_t retries = 0;
  std::chrono::milliseconds backoff{250};
  std::chrono::milliseconds max_backoff{8'000};
  double retry_budget = 0.2;
  std::uint32_t failures = 3;
  std::vector<std::chrono::milliseconds> cooldown{std::chrono::seconds(5), std::chrono::seconds(15), std::chrono::seconds(30),
                                                  std::chrono::seconds(60)};
  std::chrono::milliseconds max_retry_after{3'600'000};
  std::chrono::milliseconds refused_key{1'800'000};
  std::optional<bool> fail_fast;

  static constexpr Doc docs[] = {
      {.field = "attempts",
       .text = "Most calls to the targets of one route for one request; each `fallback` route has as many of its own.",
       .minimum = 1.0,
       .maximum = 100.0},
      {.field = "retries",
       .text = "How many of the attempts may go to a target and key that failed this very request, once no other is left.",
       .maximum = 100.0},
      {.field = "backoff",
       .text = "Pause before the first such retry; each one after it is twice as long. Half of a pause is random.",
       .minimum = 1.0},
      {.field = "max_backoff", .text = "Longest pause; a provider that asks for a longer one is not retried.", .minimum = 1.0},
      {.field = "retry_budget",
       .text = "Retries and hedges as a share of the route's requests; ten more are allowed to begin with. Fail-over to another target or "
               "key is not counted.",
       .minimum = 0.0,
       .maximum = 10.0},
      {.field = "failures",
       .text = "So many in a row (status 5xx, time-outs, broken connections) make a target rest; a `Retry-After` makes it rest at once.",
       .minimum = 1.0},
      {.field = "cooldown",
       .text = "How long a target or key rests: the first time, the second time in a row, and so on. A `Retry-After` goes before."},
      {.field = "max_retry_after", .text = "Longest `Retry-After` that is believed."},
      {.field = "refused_key", .text = "How long a key rests that the provider refused (status 401, or 403 three times in a row)."},
      {.field = "fail_fast",
       .text = "Whether a request is refused at once while everything rests. Unset: only where there are several targets, keys or "
               "fallbacks; a lone target is tried all the same."},
  };
};
BOOST_DESCRIBE_STRUCT(FailoverSettings, (),
                      (attempts, retries, backoff, max_backoff, retry_budget, failures, cooldown, max_retry_after, refused_key, fail_fast))

/// `hedge` of a route
struct HedgeSettings {
  std::chrono::milliseconds after{0};

  static constexpr Doc docs[] = {
      {.field = "after",
       .text = "A target that has said nothing for so long gets company: a second one is asked as well, and the first to answer wins.",
       .required = true,
       .minimum = 1.0},
  };
};
BOOST_DESCRIBE_STRUCT(HedgeSettings, (), (after))

/// `queue` of a target
struct QueueSettings {
  std::uint32_t size = 0;
  std::chrono::milliseconds timeout{10'000};

  static constexpr Doc docs[] = {
      {.field = "size", .text = "So many requests wait for a place while `max_concurrency` are served; 0: none does."},
      {.field = "timeout", .text = "How long one waits before it is refused.", .minimum = 1.0},
  };
};
BOOST_DESCRIBE_STRUCT(QueueSettings, (), (size, timeout))

}  // namespace patchbay::config
