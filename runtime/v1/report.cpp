#include "v1/report.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <tuple>

namespace patchbay::v1 {

namespace json = boost::json;

namespace {

constexpr std::pair<Fate, const char*> sections[] = {{Fate::mapped, "mapped"},
                                                     {Fate::defaulted, "defaulted"},
                                                     {Fate::changed, "changed"},
                                                     {Fate::unmappable, "not_mappable"},
                                                     {Fate::unknown, "unknown"}};

/// By place; what is said twice stands once.
std::vector<Note> sorted(std::vector<Note> notes) {
  const auto place = [](const Note& note) { return std::tie(note.pointer, note.text); };
  std::stable_sort(notes.begin(), notes.end(), [&](const Note& a, const Note& b) { return place(a) < place(b); });
  notes.erase(std::unique(notes.begin(), notes.end(), [&](const Note& a, const Note& b) { return place(a) == place(b); }), notes.end());
  return notes;
}

std::string text_of(const json::value& object, std::string_view member) { return std::string(object.at(member).as_string()); }

}  // namespace

json::value report_json(const Plan& plan, const std::string& source, const std::string& dialect) {
  std::vector<Note> notes = plan.notes;
  for (const PlanModule& module : plan.modules)
    if (!module.origin.empty()) notes.push_back({Fate::mapped, module.origin, "[library." + module.name + "], a " + module.type});
  for (const PlanRoute& route : plan.routes)
    if (!route.origin.empty()) notes.push_back({Fate::mapped, route.origin, "route " + route.id});
  notes.push_back({Fate::changed, "", "an answer names the model that gave it; V1 put the name there that the client had used"});

  json::object report{{"source", source}, {"dialect", dialect}};
  notes = sorted(std::move(notes));
  for (const auto& [fate, name] : sections) {
    json::array lines;
    for (const Note& note : notes)
      if (note.fate == fate) lines.push_back(json::object{{"pointer", note.pointer}, {"text", note.text}});
    report[name] = std::move(lines);
  }
  json::array variables;
  for (const auto& [name, secret] : plan.secrets)
    variables.push_back(json::object{{"name", name}, {"value", "the key that stands in " + source}});
  for (const auto& [name, pointer] : plan.wanted)
    variables.push_back(json::object{{"name", name}, {"value", "a token or an API key for " + pointer}});
  report["variables"] = std::move(variables);
  return report;
}

std::string report_text(const json::value& report) {
  std::string text = text_of(report, "source") + " (" + text_of(report, "dialect") + ")\n";
  for (const auto& [fate, name] : sections) {
    const json::array& lines = report.at(name).as_array();
    text += "\n" + std::string(name_of(fate)) + ": " + std::to_string(lines.size()) + "\n";
    for (const json::value& line : lines) {
      const std::string pointer = text_of(line, "pointer");
      text += "  " + (pointer.empty() ? "" : pointer + ": ") + text_of(line, "text") + "\n";
    }
  }
  const json::array& variables = report.at("variables").as_array();
  if (!variables.empty()) text += "\nset before the start:\n";
  for (const json::value& one : variables) text += "  " + text_of(one, "name") + ": " + text_of(one, "value") + "\n";
  return text;
}

}  // namespace patchbay::v1
