#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "config/monitoring_settings.hpp"
#include "monitoring/batch_worker.hpp"
#include "monitoring/telemetry.hpp"

namespace patchbay::monitoring {

/// A line about a request for people: time, status, method, path, model, route and target, duration, size, id, error. Fields never hold a
/// line break.
[[nodiscard]] std::string access_line(const RequestNotes& notes);

/// The same for machines: one JSON object with every field that configs/README.md lists.
[[nodiscard]] std::string access_json(const RequestNotes& notes);

/// The access log: a line for each request that ended, formatted and written on a thread of its own. [thread-safe]
class AccessLog final : public RequestObserver {
 public:
  /// Writes a line; throws std::runtime_error if that is not possible. [one thread]
  using Write = std::function<void(std::string_view line)>;

  AccessLog(const config::AccessLogSettings& settings, Write write);

  void ended(const std::shared_ptr<const RequestNotes>& notes) override;

  /// Lines that were not written, because they came too fast or the disk is full.
  [[nodiscard]] std::uint64_t lost() const { return worker_.dropped() + failed_.load(std::memory_order_relaxed); }

 private:
  void write(const std::vector<std::shared_ptr<const RequestNotes>>& batch);

  const bool json_;
  const double success_ratio_;
  const Write write_;
  std::atomic<std::uint64_t> turn_{0};
  std::atomic<std::uint64_t> failed_{0};
  bool failing_ = false;  // the last write failed; said once
  BatchWorker<std::shared_ptr<const RequestNotes>> worker_;
};

}  // namespace patchbay::monitoring
