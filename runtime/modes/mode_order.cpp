#include "modes/mode_order.hpp"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <functional>

#include "config/mode_settings.hpp"

namespace patchbay::modes {

std::string objection_to(const Order& order) {
  const auto is_percentage = [](double value) { return value >= 0.0 && value <= 100.0; };
  if (order.mode != Mode::gradual)
    return order.ramp.empty() && order.percentage == 0.0 ? "" : "a percentage or a ramp is for mode gradual only";
  if (order.ramp.empty())
    return is_percentage(order.percentage) && order.percentage > 0.0 ? ""
                                                                     : "mode gradual needs a percentage above 0, at most 100, or a ramp";
  if (order.percentage != 0.0) return "a ramp says the percentages by itself: give one of the two";
  if (!std::all_of(order.ramp.begin(), order.ramp.end(), is_percentage)) return "a step of a ramp is a percentage, 0 to 100";
  if (std::adjacent_find(order.ramp.begin(), order.ramp.end(), std::greater_equal<>()) != order.ramp.end())
    return "the steps of a ramp rise, as in 5, 25, 50, 100";
  if (order.duration.count() < static_cast<std::int64_t>(order.ramp.size())) return "a ramp needs a duration, for example 1h";
  return {};
}

std::string text_of(const Order& order) {
  std::string text(name_of(order.mode));
  if (order.mode != Mode::gradual) return text;
  text += fmt::format(" at {} %", order.first_percentage());
  if (!order.ramp.empty()) text += fmt::format(" ({} in {} s)", fmt::join(order.ramp, ", "), order.duration.count() / 1'000.0);
  return text;
}

Order order_of(const config::ModeSettings& settings, bool has_routes) {
  Order order;
  order.mode = mode_of(settings.active).value_or(has_routes ? Mode::v2 : Mode::v1);
  order.percentage = settings.percentage;
  order.ramp = settings.ramp;
  if (!order.ramp.empty()) order.duration = settings.duration;
  return order;
}

}  // namespace patchbay::modes
