#include <spdlog/fmt/fmt.h>

#include <boost/json/array.hpp>

#include "patchbay/plain_json.hpp"
#include "replay/replay_report.hpp"

namespace patchbay::replay {

namespace json = boost::json;

namespace {

std::string plain(const json::value* value) {
  if (value == nullptr || value->is_null()) return "-";
  if (value->is_double()) return fmt::format("{:.3f}", value->get_double());
  return plain_text(*value);
}

/// One side of a difference: JSON text.
std::string side(const json::value& text) { return text.is_null() ? "(absent)" : std::string(text.as_string()); }

std::string row(std::string_view name, const std::string& recorded, const std::string& replayed) {
  return fmt::format("  {:<28} {:<28} {}\n", name, recorded, replayed);
}

/// A stage's time with the request and with what came back.
std::string times_of(const json::value& stage, std::string_view whose) {
  const json::value* const times = stage.as_object().if_contains(whose);
  if (times == nullptr) return "-";
  return fmt::format("{:.3f} + {:.3f} ms", times->at("request_ms").to_number<double>(), times->at("response_ms").to_number<double>());
}

std::string verdict(std::size_t found, std::size_t shown) {
  if (found == 0) return "the replay is the same\n";
  if (found == shown) return fmt::format("{} differences\n", found);
  return fmt::format("{} differences, of which {} are shown; --ignore leaves out what may differ\n", found, shown);
}

}  // namespace

std::string replay_text(const json::value& report) {
  const bool live = report.at("upstream").as_string() == "real";
  std::string text = fmt::format("request {}, {}\n\n", std::string_view(report.at("request").as_string()),
                                 live ? "with the real upstream" : "with the upstream's recorded replies");
  text += row("", "recorded", "replayed");
  for (const char* const field : {"route", "target", "provider", "status", "outcome", "code", "events", "duration_ms"}) {
    const json::value* const recorded = report.at("recorded").as_object().if_contains(field);
    const json::value* const replayed = report.at("replayed").as_object().if_contains(field);
    if (recorded != nullptr || replayed != nullptr) text += row(field, plain(recorded), plain(replayed));
  }
  for (const json::value& stage : report.at("stages").as_array())
    text += row("stage " + std::string(stage.at("type").as_string()), times_of(stage, "recorded"), times_of(stage, "replayed"));
  text += '\n';
  for (const json::value& note : report.at("notes").as_array()) text += "note: " + std::string(note.as_string()) + "\n";
  const json::array& differences = report.at("differences").as_array();
  for (const json::value& one : differences)
    text += fmt::format("{}: {} -> {}\n", std::string_view(one.at("path").as_string()), side(one.at("recorded")), side(one.at("replayed")));
  return text + verdict(report.at("differences_found").to_number<std::size_t>(), differences.size());
}

}  // namespace patchbay::replay
