#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "monitoring/histogram.hpp"
#include "monitoring/prometheus_text.hpp"
#include "monitoring/request_notes.hpp"

namespace patchbay::monitoring {

// The bounds that OpenTelemetry's conventions for generative AI give (gen-ai-metrics: gen_ai.server.request.duration,
// gen_ai.server.time_to_first_token, gen_ai.server.time_per_output_token), in seconds.
inline constexpr std::array duration_bounds{0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92};
inline constexpr std::array first_byte_bounds{0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0};
inline constexpr std::array output_token_bounds{0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5};

// From microseconds for what is in place to seconds for a distant TLS handshake.
inline constexpr std::array connect_bounds{0.00001, 0.0001, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0};

inline constexpr std::size_t error_kinds = static_cast<std::size_t>(ErrorKind::internal) + 1;

/// What `/metrics` tells of requests. Each worker counts in a shard of its own, and a scrape adds them up. Labels are bounded: routes,
/// targets and protocols by the configuration, models by a table of `max_models` names; what comes beyond is "other".
class RequestMetrics {
 public:
  /// One worker's numbers.
  class Shard {
   public:
    explicit Shard(RequestMetrics& all) : all_(all) {}

    /// [one thread: the worker's]
    void began() { in_flight_.fetch_add(1, std::memory_order_relaxed); }
    /// Once for each `began`. `counted` is false if the request is not to be seen in any other number.
    void ended(const RequestNotes& notes, bool counted);

   private:
    friend class RequestMetrics;

    struct Series {
      std::array<std::uint64_t, 6> by_status_class{};  // the client left: 0
      std::array<std::uint64_t, error_kinds> errors{};
      Histogram<duration_bounds> duration;
      Histogram<first_byte_bounds> first_byte;
      Histogram<output_token_bounds> output_token;
      Histogram<connect_bounds> connect;           // from the choice of the route to the call
      Histogram<connect_bounds> upstream_connect;  // of connections that were not there
      Usage usage;
      std::int64_t cost = 0;
      std::uint64_t bytes_in = 0;
      std::uint64_t bytes_out = 0;
      std::uint64_t events = 0;
      std::uint64_t losses = 0;
      std::uint64_t setbacks = 0;
      Series& operator+=(const Series& other);
    };

    struct OfModel {
      std::uint64_t requests = 0;
      Usage usage;
      std::int64_t cost = 0;  ///< billionths, so that sums are exact
    };

    Series& series_of(const RequestNotes& notes);

    RequestMetrics& all_;
    std::atomic<std::int64_t> in_flight_{0};
    std::mutex mutex_;  // the worker's, but for the moment of a scrape
    std::unordered_map<std::string, Series> series_;
    std::unordered_map<std::string, OfModel> models_;
    std::string key_;  // kept for its capacity
  };

  explicit RequestMetrics(std::size_t max_models = 100) : max_models_(max_models) {}

  /// [init]
  Shard& add_shard();
  /// [thread-safe]
  void add_metrics(PrometheusText& text) const;
  /// Requests that began and did not end yet. [thread-safe]
  [[nodiscard]] std::uint64_t in_flight() const;

 private:
  [[nodiscard]] bool admit_model(const std::string& model);

  const std::size_t max_models_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::mutex models_mutex_;
  std::vector<std::string> models_;  // those that have a name of their own
};

}  // namespace patchbay::monitoring
