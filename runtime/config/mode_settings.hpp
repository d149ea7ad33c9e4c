#pragma once

#include <boost/describe/class.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "patchbay/config.hpp"

namespace patchbay::config {

/// `[mode.guard]`
struct GuardSettings {
  std::chrono::milliseconds window{60'000};
  std::uint32_t min_requests = 50;
  double error_increase = 5.0;
  double latency_increase = 50.0;
  std::chrono::milliseconds latency_slack{100};

  static constexpr Doc docs[] = {
      {.field = "window", .text = "V2 is judged by the requests of so long.", .minimum = 1'000.0},
      {.field = "min_requests", .text = "V2 is not judged by fewer requests, nor V1 taken as the measure.", .minimum = 1.0},
      {.field = "error_increase",
       .text = "V2's share of failed requests may be so many percentage points above V1's.",
       .minimum = 0.0,
       .maximum = 100.0},
      {.field = "latency_increase",
       .text = "V2's time to the first byte (95th percentile) may be so many percent above V1's.",
       .minimum = 0.0},
      {.field = "latency_slack", .text = "And so much longer on top, so that small times do not count by their noise."},
  };
};
BOOST_DESCRIBE_STRUCT(GuardSettings, (), (window, min_requests, error_increase, latency_increase, latency_slack))

/// `[mode.shadow]`
struct ShadowSettings {
  std::string upstream = "recorded";
  double percentage = 100.0;
  std::uint32_t max_running = 4;
  std::uint32_t max_waiting = 64;
  std::uint64_t max_bytes = 64u << 20;
  std::uint64_t max_exchange_bytes = 4u << 20;
  std::chrono::milliseconds timeout{30'000};
  std::uint32_t samples = 50;
  std::vector<std::string> ignore{"/**/id", "/**/created", "/**/created_at", "/**/item_id", "/**/responseId"};

  static constexpr Doc docs[] = {
      {.field = "upstream",
       .text = "What answers V2's calls: `recorded`: the replies that V1 got, played again; `real`: the providers, which costs what it "
               "costs, and then only the shapes of the answers are compared.",
       .choices = "recorded|real"},
      {.field = "percentage", .text = "So many of the requests are shown to V2.", .minimum = 0.0, .maximum = 100.0},
      {.field = "max_running", .text = "Copies that V2 answers at once.", .minimum = 1.0},
      {.field = "max_waiting", .text = "Copies that wait for that; one more is dropped and counted."},
      {.field = "max_bytes", .text = "Room for everything that copies hold; what does not fit is dropped and counted."},
      {.field = "max_exchange_bytes", .text = "Room for one request with its answers; a larger one is dropped and counted."},
      {.field = "timeout", .text = "V2's answer to a copy is given up after so long."},
      {.field = "samples", .text = "So many exchanges that differ are kept in full, the newest."},
      {.field = "ignore", .text = "JSON pointers to what may differ; `*` is any one part of them, `**` any number of parts."},
  };
};
BOOST_DESCRIBE_STRUCT(ShadowSettings, (),
                      (upstream, percentage, max_running, max_waiting, max_bytes, max_exchange_bytes, timeout, samples, ignore))

/// `[mode]`
struct ModeSettings {
  std::string active = "auto";
  double percentage = 0.0;
  std::vector<double> ramp;
  std::chrono::milliseconds duration{3'600'000};
  bool validate = false;
  std::string state_file;
  GuardSettings guard;
  ShadowSettings shadow;

  static constexpr Doc docs[] = {
      {.field = "active",
       .text = "Who answers: `v1` or `v2` alone; `shadow`: V1, and V2 sees a copy; `gradual`: V2 for a share of the clients, V1 for the "
               "others; `auto`: `v2` if there are routes, else `v1`.",
       .choices = "auto|v1|v2|shadow|gradual"},
      {.field = "percentage", .text = "With `gradual`: V2's share of the clients.", .minimum = 0.0, .maximum = 100.0},
      {.field = "ramp", .text = "With `gradual`: shares that follow one another, for example `[5, 25, 50, 100]`; instead of `percentage`."},
      {.field = "duration", .text = "How long the whole ramp takes; each step an equal part of it.", .minimum = 1.0},
      {.field = "validate", .text = "A dry run of every route precedes each switch to `v2` or `gradual`, and stops it if one fails."},
      {.field = "state_file",
       .text = "Where the mode is kept that was chosen while the host ran, so that a restart goes on with it; relative to this file; "
               "empty: it is forgotten. A change needs a restart."},
      {.field = "guard", .text = "When `gradual` rolls back by itself."},
      {.field = "shadow", .text = "How `shadow` compares."},
  };
};
BOOST_DESCRIBE_STRUCT(ModeSettings, (), (active, percentage, ramp, duration, validate, state_file, guard, shadow))

}  // namespace patchbay::config
