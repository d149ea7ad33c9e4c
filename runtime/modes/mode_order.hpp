#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "modes/mode.hpp"

namespace patchbay::config {
struct ModeSettings;
}

namespace patchbay::modes {

/// Which mode somebody wants.
struct Order {
  Mode mode = Mode::v2;
  double percentage = 0.0;                ///< with gradual
  std::vector<double> ramp;               ///< with gradual: shares that follow one another, instead of the percentage
  std::chrono::milliseconds duration{0};  ///< of the whole ramp

  [[nodiscard]] double first_percentage() const { return ramp.empty() ? percentage : ramp.front(); }
};

/// Why an order makes no sense; empty if it does.
[[nodiscard]] std::string objection_to(const Order& order);

/// As in "v2", "gradual at 10 %", "gradual at 5 % (5, 25, 100 in 3600 s)".
[[nodiscard]] std::string text_of(const Order& order);

/// What `[mode]` asks for; `auto` is V2 where there are routes.
[[nodiscard]] Order order_of(const config::ModeSettings& settings, bool has_routes);

}  // namespace patchbay::modes
