#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace patchbay::monitoring {

/// Builds a page of the Prometheus text exposition format, version 0.0.4. [one thread]
class PrometheusText {
 public:
  static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// Begins a metric; the samples that follow are its own. `type` is "counter" or "gauge".
  void metric(std::string_view name, std::string_view type, std::string_view help);
  void sample(Labels labels, std::uint64_t value);

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::string name_;
};

}  // namespace patchbay::monitoring
