#include "monitoring/stream_changes.hpp"

#include <spdlog/fmt/fmt.h>

#include <boost/json/array.hpp>
#include <span>

#include "monitoring/diff_text.hpp"
#include "monitoring/json_diff.hpp"

namespace patchbay::monitoring {

namespace json = boost::json;

namespace {

json::object became(std::uint64_t number, std::span<const StageEvent> events) {
  json::array shown;
  for (const StageEvent& one : events) shown.push_back(json::object{{"name", one.name}, {"data", readable(one.data)}});
  return {{"event", number}, {"became", std::move(shown)}};
}

/// Nothing if an event was passed on as it was.
json::object change_of(std::uint64_t number, const StageEvent& before, std::span<const StageEvent> after) {
  if (after.size() != 1) return became(number, after);
  const StageEvent& one = after.front();
  if (one.name == before.name && one.data == before.data) return {};
  json::array diff = json_diff(readable(before.data), readable(one.data));
  if (diff.empty() && one.name == before.name) return {};
  json::object change{{"event", number}, {"diff", std::move(diff)}};
  if (one.name != before.name) change["name"] = json::object{{"before", before.name}, {"after", one.name}};
  return change;
}

}  // namespace

json::object stream_changes(const StageNotes& right, const StageNotes& stage) {
  const std::span<const StageEvent> out(stage.events);
  const bool all_kept = stage.events_left == out.size();
  json::array changes;
  std::uint64_t compared = 0;
  std::size_t next = 0;
  for (std::uint64_t number = 0; number <= right.events.size(); ++number) {
    const std::size_t first = next;
    while (next < out.size() && out[next].cause == number) ++next;
    if (next == out.size() && !all_kept) break;  // whatever else it became was not kept
    const std::span<const StageEvent> made = out.subspan(first, next - first);
    if (number == 0) {
      if (!made.empty()) changes.push_back(became(0, made));
      continue;
    }
    compared = number;
    if (json::object change = change_of(number, right.events[number - 1], made); !change.empty()) changes.push_back(std::move(change));
  }
  return {{"in", right.events_left}, {"out", stage.events_left}, {"compared", compared}, {"changes", std::move(changes)}};
}

std::string stream_text(const json::value& events) {
  const json::array& changes = events.at("changes").get_array();
  std::string text = fmt::format("      events: {} in, {} out; of the first {}, {} changed\n", events.at("in").to_number<std::uint64_t>(),
                                 events.at("out").to_number<std::uint64_t>(), events.at("compared").to_number<std::uint64_t>(),
                                 changes.empty() ? "none" : std::to_string(changes.size()));
  for (const json::value& change : changes) {
    const std::string what = fmt::format("event {}", change.at("event").to_number<std::uint64_t>());
    const json::object& shown = change.get_object();
    if (const auto* const name = shown.if_contains("name"))
      text += fmt::format("      {}: name {} -> {}\n", what, shortened(name->at("before")), shortened(name->at("after")));
    if (const auto* const diff = shown.if_contains("diff"); diff != nullptr && !diff->get_array().empty()) text += diff_text(what, *diff);
    if (const auto* const made = shown.if_contains("became")) {
      text += fmt::format("      {}: {}\n", what, made->get_array().empty() ? "dropped" : "became");
      for (const json::value& one : made->get_array())
        text += fmt::format("        {} {}\n", std::string_view(one.at("name").get_string()), shortened(one.at("data")));
    }
  }
  return text;
}

}  // namespace patchbay::monitoring
