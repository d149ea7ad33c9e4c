#include "modes/prerun_report.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

namespace patchbay::modes {

namespace json = boost::json;

namespace {

std::set<std::string> routes_of(const PreRunReport& report, bool failed_only) {
  std::set<std::string> routes;
  for (const RehearsedTarget& one : report.targets)
    if (one.failed || !failed_only) routes.insert(one.route);
  return routes;
}

std::string place_of(const PreRunFinding& finding) {
  std::string place = finding.route;
  if (!finding.target.empty()) place += " / " + finding.target;
  if (!finding.sample.empty()) place += " (" + finding.sample + ")";
  return place;
}

std::string text_of(const PreRunFinding& finding) {
  std::string text = (finding.warning ? "Warning: " : "Error: ") + finding.message + "\n";
  if (const std::string place = place_of(finding); !place.empty()) text += "  route " + place + "\n";
  if (!finding.path.empty()) text += "  at " + finding.path + "\n";
  if (!finding.detail.empty()) text += "  " + finding.detail + "\n";
  return text;
}

std::string counted(std::size_t count, const std::string& what) { return std::to_string(count) + " " + what + (count == 1 ? "" : "s"); }

}  // namespace

bool PreRunReport::passed() const {
  return std::all_of(findings.begin(), findings.end(), [](const PreRunFinding& finding) { return finding.warning; });
}

std::size_t PreRunReport::total() const { return routes_of(*this, false).size(); }
std::size_t PreRunReport::failed() const { return routes_of(*this, true).size(); }

json::value describe(const PreRunReport& report) {
  json::array targets;
  for (const RehearsedTarget& one : report.targets) {
    json::object shown{{"route", one.route}, {"target", one.target}, {"samples", one.samples}, {"failed", one.failed}};
    if (one.failed) shown["recoverable"] = one.recoverable;
    targets.push_back(std::move(shown));
  }
  json::array errors;
  json::array warnings;
  for (const PreRunFinding& finding : report.findings)
    (finding.warning ? warnings : errors)
        .push_back(json::object{{"route", finding.route},
                                {"target", finding.target},
                                {"sample", finding.sample},
                                {"message", finding.message},
                                {"path", finding.path},
                                {"detail", finding.detail}});
  return json::object{{"passed", report.passed()},   {"total", report.total()},        {"successful", report.total() - report.failed()},
                      {"failed", report.failed()},   {"compared", report.compared},    {"targets", std::move(targets)},
                      {"errors", std::move(errors)}, {"warnings", std::move(warnings)}};
}

std::string text_of(const PreRunReport& report) {
  std::string text;
  for (const PreRunFinding& finding : report.findings) text += text_of(finding);
  std::size_t samples = 0;
  std::size_t recoverable = 0;
  std::size_t failed_targets = 0;
  for (const RehearsedTarget& one : report.targets) {
    samples += one.samples;
    failed_targets += one.failed ? 1 : 0;
    recoverable += one.failed && one.recoverable ? 1 : 0;
  }
  const auto warnings = static_cast<std::size_t>(
      std::count_if(report.findings.begin(), report.findings.end(), [](const PreRunFinding& finding) { return finding.warning; }));
  text += counted(report.total(), "route") + ": " + std::to_string(report.total() - report.failed()) + " successful, " +
          std::to_string(report.failed()) + " failed";
  if (failed_targets > 0) text += " (" + counted(failed_targets, "target") + ", " + std::to_string(recoverable) + " recoverable)";
  text += "; " + counted(samples, "sample request") + " passed; " + counted(warnings, "warning");
  if (report.compared > 0) text += "; " + counted(report.compared, "answer") + " compared with V1";
  return text + "\n";
}

}  // namespace patchbay::modes
