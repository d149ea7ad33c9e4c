#pragma once

#include <functional>
#include <string>
#include <vector>

#include "monitoring/prometheus_text.hpp"

namespace patchbay::monitoring {

/// What `/metrics` shows: whoever has numbers adds a part, and each scrape asks them all.
class MetricsPage {
 public:
  /// Adds a metric or several; called for every scrape, perhaps on several threads at once.
  using Part = std::function<void(PrometheusText&)>;

  /// [init]
  void add(Part part) { parts_.push_back(std::move(part)); }

  /// The page as it is now. [thread-safe]
  [[nodiscard]] std::string text() const {
    PrometheusText text;
    for (const Part& part : parts_) part(text);
    return text.take();
  }

 private:
  std::vector<Part> parts_;
};

}  // namespace patchbay::monitoring
