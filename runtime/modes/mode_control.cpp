#include "modes/mode_control.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <ctime>
#include <random>

#include "modes/shadow.hpp"

namespace patchbay::modes {

namespace {

constexpr std::size_t most_reports = 50;

std::string new_salt() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device random;
  std::string salt;
  for (int i = 0; i < 16; ++i) salt += digits[random() % digits.size()];
  return salt;
}

std::string no_v1(Mode mode) {
  return "mode " + std::string(name_of(mode)) +
         " needs a V1 configuration beside the routes, and there is none: name one with [v1] config = \"FILE.json\"; until then only v2 is "
         "possible";
}

}  // namespace

std::uint64_t ModeControl::wall_clock() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count());
}

ModeControl::ModeControl(Place place, const config::ModeSettings& settings)
    : place_(std::move(place)), file_(settings.state_file), step_timer_(place_.io) {
  if (std::optional<ModeState> kept = file_.load()) {
    state_ = std::move(*kept);
    kept_before_ = true;
  }
  if (state_.salt.empty()) state_.salt = new_salt();
}

std::string ModeControl::start(ModeSwitch& mode_switch, const config::ModeSettings& settings) {
  switch_ = &mode_switch;
  mode_switch.on_breach([this](std::string why) { boost::asio::post(place_.io, [this, why = std::move(why)] { breached(why); }); });
  const Order wanted = order_of(settings, place_.has_routes());
  const Order kept = current_order();
  const bool is_news = state_.configured != text_of(wanted);
  const std::string obstacle = objection(kept);
  if (kept_before_ && !is_news && !obstacle.empty())
    spdlog::warn("mode: {} was kept in {}, and is not possible any more: {}", status_text(), file_.path(), obstacle);
  const bool goes_on = kept_before_ && !is_news && obstacle.empty();
  if (std::string why = objection(wanted); !goes_on && !why.empty()) return why;

  if (goes_on) {
    if (!state_.ramp.empty()) {
      const std::uint64_t wall = place_.wall_milliseconds();
      // What happened while the host was away is no evidence for the next step, and clocks may jump: the step begins again.
      if (wall < state_.step_began || wall - state_.step_began >= state_.step_milliseconds) state_.step_began = wall;
    }
    switch_->decide(kept.mode, share_of(state_.percentage));
    if (kept.mode != Mode::v2 || !state_.reports.empty()) spdlog::info("mode: {}, as it was kept in {}", status_text(), file_.path());
    schedule();
    keep();
    return {};
  }
  state_.configured = text_of(wanted);
  if (!kept_before_) state_.mode = name_of(wanted.mode == Mode::gradual ? Mode::v1 : wanted.mode);
  if (kept_before_ || wanted.mode == Mode::gradual)
    follow(wanted, "configuration");
  else
    enter(wanted);
  keep();
  return {};
}

void ModeControl::configure(const config::ModeSettings& settings) {
  switch_->guard().limit(settings.guard);
  if (Shadow* const shadow = switch_->shadow()) shadow->configure(settings.shadow);
  const Order wanted = order_of(settings, place_.has_routes());
  const std::string text = text_of(wanted);
  if (text != state_.configured) {
    state_.configured = text;
    if (const Switched outcome = order(wanted, "configuration"); !outcome.done)
      spdlog::error("[mode] active = \"{}\": {}; the mode stays {}", settings.active, outcome.message, status_text());
    return;
  }
  const Decision now = switch_->decision();
  if (now.mode != Mode::v2 && !place_.has_v1()) {
    spdlog::error("the V1 configuration is gone: mode {} is not possible any more, v2 answers", name_of(now.mode));
    order({.mode = Mode::v2}, "configuration");
  }
}

std::string ModeControl::objection(const Order& order) const {
  if (std::string why = objection_to(order); !why.empty()) return why;
  if (order.mode != Mode::v2 && !place_.has_v1()) return no_v1(order.mode);
  if (order.mode == Mode::shadow && switch_->shadow() == nullptr)
    return "mode shadow has a thread of its own, which is made at start: restart the host now that it has a V1 configuration";
  if (order.mode != Mode::v1 && !place_.has_routes())
    return "mode " + std::string(name_of(order.mode)) + " needs [[routes]], and this configuration has none: only v1 is possible";
  return {};
}

Switched ModeControl::order(const Order& order, const std::string& by) {
  if (std::string why = objection(order); !why.empty()) return {false, why};
  follow(order, by);
  spdlog::info("mode: {}, by {}", text_of(order), by);
  tell(hooks::Point::mode_switched, state_.reports.back());
  const std::string not_kept = keep();
  std::string message = "mode is " + text_of(order);
  if (file_.path().empty()) message += "; a restart forgets it, because there is no [mode] state_file";
  if (!not_kept.empty()) message += "; " + not_kept;
  return {true, std::move(message)};
}

void ModeControl::follow(const Order& order, const std::string& by) {
  end_report(Ending::superseded);
  begin_report(text_of(order), by);
  if (mode_of(state_.mode) != Mode::gradual) state_.stable_mode = state_.mode;
  enter(order);
  if (order.mode == Mode::gradual)
    state_.reports.back().steps.push_back({now(), state_.percentage});
  else
    end_report(Ending::succeeded);
  ++state_.switches;
}

void ModeControl::enter(const Order& order) {
  state_.mode = name_of(order.mode);
  state_.ramp = order.ramp;
  state_.step = 0;
  state_.step_milliseconds = order.ramp.empty() ? 0 : static_cast<std::uint64_t>(order.duration.count()) / order.ramp.size();
  state_.step_began = place_.wall_milliseconds();
  state_.percentage = order.mode == Mode::gradual ? order.first_percentage() : 0.0;
  switch_->guard().reset();
  switch_->decide(order.mode, share_of(state_.percentage));
  schedule();
}

Switched ModeControl::roll_back() {
  const std::optional<Mode> target = mode_of(state_.stable_mode);
  if (!target || state_.stable_mode == state_.mode) return {false, "there is no switch to take back; the mode is " + status_text()};
  if (*target != Mode::v2 && !place_.has_v1()) return {false, no_v1(*target)};
  take_back("taken back by hand", "manual");
  return {true, "mode is " + status_text() + " again"};
}

void ModeControl::breached(const std::string& why) {
  if (mode_of(state_.mode) != Mode::gradual) return;  // somebody was quicker
  take_back(why, "automatic");
}

void ModeControl::take_back(const std::string& why, const char* rollback) {
  const Mode target = mode_of(state_.stable_mode).value_or(Mode::v1);
  const std::string from = status_text();
  switch_->decide(target, 0);
  step_timer_.cancel();
  end_report(Ending::rolled_back, why, rollback);
  state_.mode = name_of(target);
  state_.percentage = 0.0;
  state_.ramp.clear();
  state_.stable_mode = state_.mode;
  ++state_.rollbacks;
  spdlog::warn("mode: {} is taken back to {}: {}", from, name_of(target), why);
  tell(hooks::Point::mode_rolled_back, state_.reports.back());
  keep();
}

void ModeControl::advance() {
  if (mode_of(state_.mode) != Mode::gradual || state_.ramp.empty()) return;
  const Decision now = switch_->decision();
  if (now.mode != Mode::gradual) return;  // the guard has taken it back, and its word is on its way here
  if (state_.step + 1 < state_.ramp.size()) {
    const double next = state_.ramp[state_.step + 1];
    if (!switch_->decide(now, Mode::gradual, share_of(next))) return;
    ++state_.step;
    state_.percentage = next;
    state_.step_began = place_.wall_milliseconds();
    state_.reports.back().steps.push_back({this->now(), next});
    spdlog::info("mode: the ramp is at {} %", next);
    schedule();
  } else {
    const bool complete = state_.percentage >= 100.0;
    if (complete && !switch_->decide(now, Mode::v2, 0)) return;
    end_report(Ending::succeeded);
    state_.ramp.clear();
    if (complete) {
      state_.mode = name_of(Mode::v2);
      state_.percentage = 0.0;
    }
    spdlog::info("mode: the ramp is complete, {}", status_text());
    tell(hooks::Point::mode_switched, state_.reports.back());
  }
  keep();
}

void ModeControl::schedule() {
  step_timer_.cancel();
  if (state_.ramp.empty()) return;
  const std::uint64_t wall = place_.wall_milliseconds();
  const std::uint64_t passed = wall > state_.step_began ? wall - state_.step_began : 0;
  const std::uint64_t left = passed < state_.step_milliseconds ? state_.step_milliseconds - passed : 0;
  step_timer_.expires_after(std::chrono::milliseconds(left));
  step_timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) advance();
  });
}

void ModeControl::begin_report(const std::string& to, const std::string& by) {
  SwitchReport report;
  report.number = state_.reports.empty() ? 1 : state_.reports.back().number + 1;
  report.from = status_text();
  report.to = to;
  report.by = by;
  report.start = now();
  state_.reports.push_back(std::move(report));
  if (state_.reports.size() > most_reports) state_.reports.erase(state_.reports.begin());
}

void ModeControl::end_report(Ending ending, const std::string& error, const char* rollback) {
  if (state_.reports.empty()) return;
  SwitchReport& report = state_.reports.back();
  const bool taken_back_later = ending == Ending::rolled_back && report.outcome == "succeeded";
  if (!report.end.empty() && !taken_back_later) return;
  constexpr const char* outcomes[] = {"succeeded", "rolled back", "superseded"};
  report.outcome = outcomes[static_cast<std::size_t>(ending)];
  report.end = now();
  report.error = error;
  report.rollback = rollback;
}

std::string ModeControl::keep() {
  try {
    file_.save(state_);
    return {};
  } catch (const StateError& error) {
    spdlog::error("{}", error.what());
    return error.what();
  }
}

std::string ModeControl::now() const {
  const std::uint64_t wall = place_.wall_milliseconds();
  const std::time_t seconds = static_cast<std::time_t>(wall / 1'000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  return fmt::format("{}.{:03}Z", text, wall % 1'000);
}

Order ModeControl::current_order() const {
  Order order;
  order.mode = mode_of(state_.mode).value_or(Mode::v2);
  order.ramp = state_.ramp;
  order.duration = std::chrono::milliseconds(state_.step_milliseconds * state_.ramp.size());
  if (order.ramp.empty() && order.mode == Mode::gradual) order.percentage = state_.percentage;
  return order;
}

std::string ModeControl::status_text() const {
  std::string text = state_.mode;
  if (mode_of(state_.mode) != Mode::gradual) return text;
  text += fmt::format(" at {} %", state_.percentage);
  if (!state_.ramp.empty()) text += fmt::format(" (step {} of {})", state_.step + 1, state_.ramp.size());
  return text;
}

void ModeControl::tell(hooks::Point point, const SwitchReport& report) {
  place_.hooks.emit(point, [&] {
    return boost::json::object{{"number", report.number},   {"from", report.from},         {"to", report.to},        {"by", report.by},
                               {"outcome", report.outcome}, {"rollback", report.rollback}, {"message", report.error}};
  });
}

}  // namespace patchbay::modes
