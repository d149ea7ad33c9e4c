#pragma once

#include <boost/describe/class.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "patchbay/config.hpp"

/// The hooks that the host has itself; each takes the place of `config` in `[[hooks]]`.
namespace patchbay::config {

/// `webhook = { … }`
struct WebhookSettings {
  std::string url;
  std::map<std::string, std::string> headers;
  std::uint32_t batch = 100;
  std::chrono::milliseconds timeout{10'000};

  static constexpr Doc docs[] = {
      {.field = "url", .text = "Where events are posted to, as a JSON array.", .required = true, .secret = true},
      {.field = "headers", .text = "Further headers of each call, a token for example.", .secret = true},
      {.field = "batch", .text = "Most events of one call; what came while the call before was under way goes together.", .minimum = 1.0},
      {.field = "timeout", .text = "For one call; one that fails is not made again, and is counted.", .minimum = 1.0},
  };
};
BOOST_DESCRIBE_STRUCT(WebhookSettings, (), (url, headers, batch, timeout))

/// `command = { … }`
struct CommandSettings {
  std::vector<std::string> argv;
  std::chrono::milliseconds timeout{10'000};
  std::uint32_t max_parallel = 1;

  static constexpr Doc docs[] = {
      {.field = "argv",
       .text = "The program, looked for in PATH, and its arguments; no shell. It reads the event as one line of JSON.",
       .required = true},
      {.field = "timeout", .text = "A program that runs longer is killed.", .minimum = 1.0},
      {.field = "max_parallel", .text = "So many may run at once; further events wait.", .minimum = 1.0, .maximum = 64.0},
  };
};
BOOST_DESCRIBE_STRUCT(CommandSettings, (), (argv, timeout, max_parallel))

/// `log = { … }`
struct LogHookSettings {
  std::string level = "info";

  static constexpr Doc docs[] = {
      {.field = "level", .text = "The level of the log's lines.", .choices = "trace|debug|info|warning|error"},
  };
};
BOOST_DESCRIBE_STRUCT(LogHookSettings, (), (level))

}  // namespace patchbay::config
