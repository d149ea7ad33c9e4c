#include "admin/mode_api.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "monitoring/prometheus_text.hpp"
#include "patchbay/plain_json.hpp"
#include "server/endpoints.hpp"

namespace patchbay::admin {

namespace json = boost::json;

/// `POST /admin/mode`
struct WantedMode {
  std::string mode;
  double percentage = 0.0;
  std::vector<double> ramp;
  std::chrono::milliseconds duration{3'600'000};
  bool validate = false;

  static constexpr config::Doc docs[] = {
      {.field = "mode", .text = "v1, v2, shadow or gradual.", .required = true, .choices = "v1|v2|shadow|gradual"},
      {.field = "percentage", .text = "With gradual: V2's share of the clients.", .minimum = 0.0, .maximum = 100.0},
      {.field = "ramp", .text = "With gradual: shares that follow one another."},
      {.field = "duration", .text = "Of the whole ramp."},
      {.field = "validate", .text = "Only if a dry run of every route goes well."},
  };
};
BOOST_DESCRIBE_STRUCT(WantedMode, (), (mode, percentage, ramp, duration, validate))

namespace {

constexpr const char* plain = "text/plain; charset=utf-8";

bool wants_text(const AdminCall& call) { return server::query_field(call.request.target, "format") == "text"; }

modes::Order order_of(const WantedMode& wanted) {
  modes::Order order;
  order.mode = modes::mode_of(wanted.mode).value();
  order.percentage = wanted.percentage;
  order.ramp = wanted.ramp;
  if (!order.ramp.empty()) order.duration = wanted.duration;
  return order;
}

AdminReply reply_to(const modes::Switched& outcome) {
  return {outcome.done ? 200u : 409u, json::serialize(json::object{{outcome.done ? "message" : "error", outcome.message}})};
}

void change(const AdminCall& call, modes::ModeControl& control, const Validate& validate, bool always_validate) {
  const std::optional<WantedMode> wanted = call.body<WantedMode>();
  if (!wanted) return;
  const modes::Order order = order_of(*wanted);
  if (const std::string why = control.objection(order); !why.empty()) return call.refuse(409, why);
  const bool brings_v2 = order.mode == modes::Mode::v2 || order.mode == modes::Mode::gradual;
  if (!brings_v2 || !(wanted->validate || always_validate)) return call.respond(reply_to(control.order(order, "command")));
  validate([&control, order, respond = call.respond](const Verdict& verdict) {
    if (verdict.passed) return respond(reply_to(control.order(order, "command")));
    const std::string why = "the dry run failed, and the mode stays as it is:\n" + verdict.text;
    respond({409, json::serialize(json::object{{"error", why}})});
  });
}

std::string status_page(const modes::ModeControl& control) {
  const json::object status = control.status();
  std::string page = "mode: " + std::string(status.at("text").as_string()) + "\n";
  for (const char* const window : {"window_v1", "window_v2"})
    if (const json::value* const shown = status.if_contains(window)) page += std::string(window) + ": " + plain_json(*shown) + "\n";
  if (const json::value* const ramp = status.if_contains("ramp")) page += "ramp: " + plain_json(*ramp) + "\n";
  const json::value& back = status.at("rollback_to");
  page += "rollback goes to: " + (back.is_null() ? "nowhere, there was no switch" : std::string(back.as_string())) + "\n";
  const json::value& file = status.at("state_file");
  return page + "kept in: " + (file.is_null() ? "nothing, there is no [mode] state_file" : std::string(file.as_string())) + "\n";
}

void report(const AdminCall& call, const modes::ModeControl& control) {
  if (wants_text(call)) {
    std::string page;
    for (const modes::SwitchReport& one : control.reports()) page += text_of(one);
    return call.respond({200, page.empty() ? "there was no switch\n" : page, plain});
  }
  json::array reports;
  for (const modes::SwitchReport& one : control.reports()) reports.push_back(describe(one));
  call.answer(200, json::object{{"reports", std::move(reports)}});
}

}  // namespace

void offer_mode(AdminApi& api, modes::ModeControl& control, Validate validate, std::function<bool()> always_validate) {
  api.offer("GET", "/admin/mode", [&control](const AdminCall& call) {
    if (wants_text(call)) return call.respond({200, status_page(control), plain});
    call.answer(200, control.status());
  });
  api.offer("POST", "/admin/mode",
            [&control, validate = std::move(validate), always_validate = std::move(always_validate)](const AdminCall& call) {
              change(call, control, validate, always_validate());
            });
  api.offer("POST", "/admin/mode/rollback", [&control](const AdminCall& call) { call.respond(reply_to(control.roll_back())); });
  api.offer("GET", "/admin/mode/report", [&control](const AdminCall& call) { report(call, control); });
  api.show([&control](monitoring::PrometheusText& text) { control.add_metrics(text); });
}

}  // namespace patchbay::admin
