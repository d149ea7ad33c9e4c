#pragma once

#include <memory>
#include <mutex>

#include "config/settings.hpp"
#include "monitoring/access_log.hpp"
#include "monitoring/otlp_exporter.hpp"
#include "monitoring/performance.hpp"
#include "monitoring/telemetry.hpp"
#include "monitoring/trace_ring.hpp"

namespace patchbay::commands {

/// Who observes requests, as the configuration wants it. What a new configuration wants as the one before did goes on as it is.
/// [control thread]
class Observers {
 public:
  explicit Observers(monitoring::Telemetry& telemetry) : telemetry_(telemetry) {}

  /// Throws std::runtime_error or std::invalid_argument, naming the setting that cannot work; then all stays as it was.
  void follow(const config::Settings& settings);

  /// Null if the configuration wants none.
  [[nodiscard]] std::shared_ptr<const monitoring::TraceRing> ring() const { return ring_; }
  [[nodiscard]] std::shared_ptr<const monitoring::Performance> performance() const { return performance_; }

  /// [thread-safe]
  void add_metrics(monitoring::PrometheusText& text) const;

 private:
  monitoring::Telemetry& telemetry_;
  mutable std::mutex mutex_;  // guards the pointers, which a scrape reads
  std::shared_ptr<monitoring::AccessLog> access_log_;
  std::shared_ptr<monitoring::OtlpExporter> exporter_;
  std::shared_ptr<monitoring::TraceRing> ring_;
  std::shared_ptr<monitoring::Performance> performance_;
  config::AccessLogSettings access_log_settings_;
  config::OtlpSettings otlp_settings_;
};

}  // namespace patchbay::commands
