#include <boost/json/array.hpp>

#include "modes/mode_control.hpp"
#include "monitoring/prometheus_text.hpp"

namespace patchbay::modes {

namespace json = boost::json;

json::object ModeControl::status() const {
  json::object status{{"mode", state_.mode}, {"text", status_text()}, {"v1", place_.has_v1()}, {"v2", place_.has_routes()}};
  if (mode_of(state_.mode) == Mode::gradual) {
    status["percentage"] = state_.percentage;
    const auto now = std::chrono::steady_clock::now();
    for (const Side side : {Side::v1, Side::v2}) {
      const Tally tally = switch_->guard().tally(side, now);
      json::object shown{{"requests", tally.requests}, {"error_percentage", tally.error_percentage()}, {"first_byte_p95_ms", nullptr}};
      if (const auto slowest = tally.within(0.95)) shown["first_byte_p95_ms"] = static_cast<double>(slowest->count()) / 1'000.0;
      status[side == Side::v1 ? "window_v1" : "window_v2"] = std::move(shown);
    }
  }
  if (!state_.ramp.empty()) {
    status["ramp"] = json::object{
        {"steps", json::array(state_.ramp.begin(), state_.ramp.end())}, {"step", state_.step + 1}, {"step_ms", state_.step_milliseconds}};
  }
  status["rollback_to"] = state_.stable_mode.empty() || state_.stable_mode == state_.mode ? json::value() : json::value(state_.stable_mode);
  status["state_file"] = file_.path().empty() ? json::value() : json::value(file_.path());
  return status;
}

void ModeControl::add_metrics(monitoring::PrometheusText& text) const {
  const Decision now = switch_->decision();
  text.metric("patchbay_mode", "gauge", "1 for the mode that is in force.");
  for (const Mode mode : {Mode::v1, Mode::v2, Mode::shadow, Mode::gradual})
    text.sample({{"mode", name_of(mode)}}, now.mode == mode ? 1 : 0);
  text.metric("patchbay_mode_v2_basis_points", "gauge", "V2's share of the clients of a gradual switch, in hundredths of a percent.");
  text.sample({}, now.share);
  text.metric("patchbay_mode_switches_total", "counter", "Switches of the mode.");
  text.sample({}, state_.switches);
  text.metric("patchbay_mode_rollbacks_total", "counter", "Switches that were taken back.");
  text.sample({}, state_.rollbacks);
  text.metric("patchbay_mode_requests_total", "counter", "Requests answered during gradual switches, by engine.");
  for (const Side side : {Side::v1, Side::v2})
    text.sample({{"engine", side == Side::v1 ? "v1" : "v2"}}, switch_->counters(side).requests.load(std::memory_order_relaxed));
  text.metric("patchbay_mode_failures_total", "counter", "Those of them that failed.");
  for (const Side side : {Side::v1, Side::v2})
    text.sample({{"engine", side == Side::v1 ? "v1" : "v2"}}, switch_->counters(side).failures.load(std::memory_order_relaxed));
}

}  // namespace patchbay::modes
