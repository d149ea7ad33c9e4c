#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace patchbay::monitoring {

/// Builds a page of the Prometheus text exposition format, version 0.0.4. [one thread]
class PrometheusText {
 public:
  static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// Begins a metric; the samples that follow are its own. `type` is "counter", "gauge" or "histogram".
  void metric(std::string_view name, std::string_view type, std::string_view help);
  void sample(Labels labels, std::uint64_t value);
  template <std::floating_point Real>
  void sample(Labels labels, Real value) {
    line({}, labels, {}, text_of(value));
  }
  /// One series of a histogram: how many observations fell up to each of the bounds, and beyond the last of them; not cumulative.
  void histogram(Labels labels, std::span<const double> bounds, std::span<const std::uint64_t> counts, double sum);

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  [[nodiscard]] static std::string text_of(double value);
  void label(std::string_view name, std::string_view content, char& separator);
  void line(std::string_view suffix, Labels labels, std::string_view bound, std::string_view value);

  std::string text_;
  std::string name_;
};

}  // namespace patchbay::monitoring
