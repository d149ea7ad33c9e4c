#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "monitoring/body_capture.hpp"
#include "monitoring/request_metrics.hpp"
#include "monitoring/request_notes.hpp"

namespace patchbay::monitoring {

/// Wants to know of every request when it has ended.
class RequestObserver {
 public:
  virtual ~RequestObserver() = default;
  /// Must not block: it is called on the event loop that answered. [request: concurrent]
  virtual void ended(const std::shared_ptr<const RequestNotes>& notes) = 0;
};

/// What is noted of requests, and who gets to know; a request keeps to the plan that it began under. Immutable.
struct NotesPlan {
  bool metrics = true;
  bool attempts = false;                      ///< each attempt
  bool stages = false;                        ///< how long each stage took
  std::optional<double> trace_ratio;          ///< requests belong to traces, and so many begin a sampled one
  bool traced_stages = false;                 ///< how long each stage of a sampled request took
  std::shared_ptr<const BodyCapture> bodies;  ///< null: none are kept
  /// What an answer cost, in billionths of the currency, by the model that its provider was asked for and the one that the client named;
  /// nothing if neither has a price. Empty: there are no prices.
  std::function<std::optional<std::int64_t>(std::string_view asked, std::string_view named, const Usage& usage)> cost;
  std::vector<std::shared_ptr<RequestObserver>> observers;

  [[nodiscard]] bool wants_anything() const { return metrics || !observers.empty(); }
};

/// Where requests are reported to: metrics, and whoever else wants to know. Says whether notes of a request are worth taking at all.
class Telemetry {
 public:
  explicit Telemetry(std::size_t max_models = 100) : metrics_(max_models) {}

  /// For the requests from now on. [control thread]
  void follow(NotesPlan plan);

  /// Whether anybody wants notes of requests. [thread-safe]
  [[nodiscard]] bool wanted() const { return wanted_.load(std::memory_order_relaxed); }
  /// [thread-safe]
  [[nodiscard]] std::shared_ptr<const NotesPlan> plan() const;

  /// Tells everybody of a request that kept to `plan`. `shard` is the worker's own. [request: concurrent]
  static void ended(const NotesPlan& plan, RequestMetrics::Shard& shard, const std::shared_ptr<const RequestNotes>& notes);

  [[nodiscard]] RequestMetrics& metrics() { return metrics_; }

 private:
  RequestMetrics metrics_;
  std::atomic<bool> wanted_{true};
  mutable std::mutex mutex_;
  std::shared_ptr<const NotesPlan> plan_ = std::make_shared<const NotesPlan>();
};

}  // namespace patchbay::monitoring
