#pragma once

#include <boost/describe/class.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "patchbay/config.hpp"

namespace patchbay::config {

/// `[metrics]`
struct MetricsSettings {
  bool enabled = true;
  bool on_server = false;
  std::uint32_t max_models = 100;

  static constexpr Doc docs[] = {
      {.field = "enabled",
       .text = "Counts and times requests; `GET /metrics` of the admin API shows it, in the text format of Prometheus."},
      {.field = "on_server",
       .text = "Shows `GET /metrics` also where clients connect, to anybody who can reach it, without a key. A change needs a restart."},
      {.field = "max_models",
       .text = "So many model names have numbers of their own; the others, which any client may make up, are `other`. A change needs a "
               "restart."},
  };
};
BOOST_DESCRIBE_STRUCT(MetricsSettings, (), (enabled, on_server, max_models))

/// `[access_log]`
struct AccessLogSettings {
  std::string path;
  std::string format = "text";
  double success_ratio = 1.0;
  std::uint64_t max_bytes = 64u << 20;
  std::uint32_t keep = 5;

  static constexpr Doc docs[] = {
      {.field = "path",
       .text = "A line for each request goes into this file, relative to this one; `stderr`: among the log's lines; empty: nowhere."},
      {.field = "format", .text = "For people, or one JSON object a line.", .choices = "text|json"},
      {.field = "success_ratio",
       .text = "The share of completed requests that get a line; those that failed always do.",
       .minimum = 0.0,
       .maximum = 1.0},
      {.field = "max_bytes", .text = "The file is rotated at this size.", .minimum = 1024.0},
      {.field = "keep", .text = "So many rotated files stay.", .minimum = 1.0, .maximum = 10000.0},
  };
  friend bool operator==(const AccessLogSettings&, const AccessLogSettings&) = default;
};
BOOST_DESCRIBE_STRUCT(AccessLogSettings, (), (path, format, success_ratio, max_bytes, keep))

/// `[telemetry.otlp]`
struct OtlpSettings {
  std::string endpoint;
  std::map<std::string, std::string> headers;
  double sample_ratio = 1.0;
  std::string service_name = "patchbay";
  std::chrono::milliseconds interval{2'000};
  std::chrono::milliseconds timeout{10'000};
  std::uint32_t queue = 2'048;

  static constexpr Doc docs[] = {
      {.field = "endpoint",
       .text = "Where traces go, over OTLP/HTTP as JSON: `http://127.0.0.1:4318/v1/traces`; `/v1/traces` is added to an address without a "
               "path. Empty: nowhere."},
      {.field = "headers", .text = "Further headers of each call, a token for example.", .secret = true},
      {.field = "sample_ratio",
       .text = "The share of requests that are traced, unless their `traceparent` says that they are, or are not.",
       .minimum = 0.0,
       .maximum = 1.0},
      {.field = "service_name", .text = "`service.name` of the traces."},
      {.field = "interval", .text = "How long spans are collected before they are sent.", .minimum = 1.0},
      {.field = "timeout", .text = "For one call to the collector.", .minimum = 1.0},
      {.field = "queue", .text = "Requests that may wait to be sent; beyond it they are dropped, and counted.", .minimum = 1.0},
  };
  friend bool operator==(const OtlpSettings&, const OtlpSettings&) = default;
};
BOOST_DESCRIBE_STRUCT(OtlpSettings, (), (endpoint, headers, sample_ratio, service_name, interval, timeout, queue))

/// `[telemetry]`
struct TelemetrySettings {
  OtlpSettings otlp;

  static constexpr Doc docs[] = {
      {.field = "otlp", .text = "OpenTelemetry traces."},
  };
};
BOOST_DESCRIBE_STRUCT(TelemetrySettings, (), (otlp))

/// `[debug]`
struct DebugSettings {
  std::uint32_t ring = 256;
  bool stages = false;
  bool bodies = false;
  std::uint64_t max_body_bytes = 64u << 10;
  std::uint32_t stage_events = 20;
  std::vector<std::string> redact;

  static constexpr Doc docs[] = {
      {.field = "ring", .text = "So many of the last requests are kept for `patchbay trace`; 0 keeps none.", .maximum = 100'000.0},
      {.field = "stages", .text = "Times each stage of each request, for `patchbay trace` and `patchbay perf`."},
      {.field = "bodies",
       .text =
           "Keeps bodies as well, before and after each stage, and what providers were sent and replied, so that `patchbay trace` shows "
           "what each stage has changed and `patchbay replay` can play a request again. They hold what users wrote. Implies "
           "`stages`."},
      {.field = "max_body_bytes", .text = "Bodies are kept up to this size; of larger ones only the size.", .minimum = 1.0},
      {.field = "stage_events",
       .text = "So many events of a stream are kept as each stage left them, and together no more than `max_body_bytes` for a stage.",
       .maximum = 10'000.0},
      {.field = "redact", .text = "Regular expressions (RE2); what they match in a kept body is replaced by `[redacted]`."},
  };
  friend bool operator==(const DebugSettings&, const DebugSettings&) = default;
};
BOOST_DESCRIBE_STRUCT(DebugSettings, (), (ring, stages, bodies, max_body_bytes, stage_events, redact))

}  // namespace patchbay::config
