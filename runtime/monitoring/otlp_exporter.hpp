#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "config/monitoring_settings.hpp"
#include "monitoring/batch_worker.hpp"
#include "monitoring/telemetry.hpp"
#include "upstream/blocking_client.hpp"

namespace patchbay::monitoring {

/// Sends the spans of sampled requests to a collector, over OTLP/HTTP as JSON, from a thread of its own. A collector that is slow or away
/// costs spans and never a request: what does not fit into the queue, or could not be sent, is dropped and counted. [thread-safe]
class OtlpExporter final : public RequestObserver {
 public:
  /// `version` is this program's. Throws upstream::SetupError.
  OtlpExporter(config::OtlpSettings settings, std::string version);

  void ended(const std::shared_ptr<const RequestNotes>& notes) override;

  struct Counters {
    std::uint64_t sent = 0;     ///< spans
    std::uint64_t dropped = 0;  ///< requests that found no room
    std::uint64_t failed = 0;   ///< spans that the collector did not take
  };
  [[nodiscard]] Counters counters() const;

 private:
  void send(const std::vector<std::shared_ptr<const RequestNotes>>& batch);

  const config::OtlpSettings settings_;
  const std::string version_;
  const std::string url_;
  upstream::BlockingClient client_;
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<std::uint64_t> failed_{0};
  bool failing_ = false;  // the last call failed; said once
  BatchWorker<std::shared_ptr<const RequestNotes>> worker_;
};

/// Where the traces of an endpoint go: OTLP's own path is added to an address without one (opentelemetry-proto, docs/specification.md,
/// "OTLP/HTTP request").
[[nodiscard]] std::string traces_url(const std::string& endpoint);

}  // namespace patchbay::monitoring
