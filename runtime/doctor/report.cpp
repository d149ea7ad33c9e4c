#include "doctor/report.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iterator>

namespace patchbay::doctor {

namespace json = boost::json;

namespace {

constexpr std::size_t level_width = 9;

/// "1 error", "2 errors".
std::string counted(std::size_t count, const char* what) { return std::to_string(count) + " " + what + (count == 1 ? "" : "s"); }

std::string line_of(const Finding& finding) {
  std::string level(name_of(finding.level));
  level.resize(level_width, ' ');
  std::string line = "  " + level + finding.subject + ": " + finding.found + "\n";
  if (!finding.cure.empty()) line += "  " + std::string(level_width, ' ') + "-> " + finding.cure + "\n";
  return line;
}

}  // namespace

std::string_view name_of(Level level) {
  switch (level) {
    case Level::ok: return "ok";
    case Level::note: return "note";
    case Level::warning: return "warning";
    case Level::error: return "error";
  }
  return {};
}

void add(Findings& to, Findings&& more) { to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end())); }

std::size_t Report::count(Level level) const {
  std::size_t count = 0;
  for (const Section& section : sections)
    count += static_cast<std::size_t>(std::count_if(section.findings.begin(), section.findings.end(),
                                                    [level](const Finding& finding) { return finding.level == level; }));
  return count;
}

std::string text_of(const Report& report) {
  std::string text;
  for (const Section& section : report.sections) {
    if (section.findings.empty()) continue;
    text += section.name + "\n";
    for (const Finding& finding : section.findings) text += line_of(finding);
    text += "\n";
  }
  return text + counted(report.count(Level::error), "error") + ", " + counted(report.count(Level::warning), "warning") + ", " +
         counted(report.count(Level::note), "note") + ", " + std::to_string(report.count(Level::ok)) + " in order\n";
}

json::value describe(const Report& report) {
  json::array sections;
  for (const Section& section : report.sections) {
    json::array findings;
    for (const Finding& finding : section.findings)
      findings.push_back(
          {{"level", name_of(finding.level)}, {"subject", finding.subject}, {"found", finding.found}, {"cure", finding.cure}});
    sections.push_back({{"name", section.name}, {"findings", std::move(findings)}});
  }
  return json::object{{"file", report.file},
                      {"errors", report.count(Level::error)},
                      {"warnings", report.count(Level::warning)},
                      {"sections", std::move(sections)}};
}

}  // namespace patchbay::doctor
