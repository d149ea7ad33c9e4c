#pragma once

#include <boost/describe/class.hpp>
#include <chrono>
#include <cstdint>
#include <string>

#include "patchbay/config.hpp"

namespace patchbay::config {

/// `[probe]`, and `probe` of a route or target
struct ProbeSettings {
  std::chrono::milliseconds interval{0};
  std::chrono::milliseconds timeout{5'000};
  std::uint32_t failures = 2;
  std::uint32_t passes = 2;
  std::string kind = "connect";
  std::string path;

  static constexpr Doc docs[] = {
      {.field = "interval", .text = "How often a target is asked whether it is well; a tenth more or less at random. 0: never."},
      {.field = "timeout", .text = "A target that has not answered by then has failed the probe.", .minimum = 1.0},
      {.field = "failures", .text = "So many failed probes in a row make a target rest, until one passes.", .minimum = 1.0},
      {.field = "passes",
       .text = "So many in a row bring a target back that rests, unless it asked for that long a rest (`Retry-After`).",
       .minimum = 1.0},
      {.field = "kind",
       .text = "`connect`: a connection to the provider's host, with TLS if it has that; `get`: a GET of `path` there, with the "
               "provider's key.",
       .choices = "connect|get"},
      {.field = "path", .text = "With `kind = \"get\"`: path and query, for example `/v1/models`. Any status below 500 passes."},
  };

  [[nodiscard]] bool active() const { return interval.count() > 0; }
};
BOOST_DESCRIBE_STRUCT(ProbeSettings, (), (interval, timeout, failures, passes, kind, path))

}  // namespace patchbay::config
