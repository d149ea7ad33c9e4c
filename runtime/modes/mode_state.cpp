#include "modes/mode_state.hpp"

#include <spdlog/fmt/fmt.h>

#include <boost/json/object.hpp>
#include <boost/json/value_from.hpp>

namespace patchbay::modes {

namespace json = boost::json;

json::value describe(const SwitchReport& report) {
  json::value shown = json::value_from(report);
  json::value& success = shown.as_object()["success"];
  if (report.outcome == "running")
    success = nullptr;
  else
    success = report.outcome == "succeeded";
  return shown;
}

std::string text_of(const SwitchReport& report) {
  std::string text = fmt::format("switch {}: {} -> {}, by {}: {}\n  {} to {}\n", report.number, report.from, report.to, report.by,
                                 report.outcome, report.start, report.end.empty() ? "now" : report.end);
  for (const ReportStep& step : report.steps) text += fmt::format("  {} {} % of the clients on V2\n", step.at, step.percentage);
  if (!report.rollback.empty()) text += "  rollback: " + report.rollback + "\n";
  if (!report.error.empty()) text += "  error: " + report.error + "\n";
  return text;
}

}  // namespace patchbay::modes
