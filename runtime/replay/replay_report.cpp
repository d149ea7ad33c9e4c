#include "replay/replay_report.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "config/mode_settings.hpp"
#include "modes/replayer.hpp"
#include "monitoring/trace_report.hpp"
#include "upstream/framing/frame_decoder.hpp"

namespace patchbay::replay {

namespace json = boost::json;

using modes::Comparison;
using modes::SeenAnswer;

namespace {

constexpr std::uint64_t largest_event = 64u << 20;

/// A member as JSON text; empty if it is not there.
std::string shown(const json::object& object, std::string_view field) {
  const json::value* const found = object.if_contains(field);
  return found == nullptr ? std::string() : json::serialize(*found);
}

/// The events of what was kept of a stream.
std::vector<EventText> events_in(std::string_view text) {
  struct Collector final : upstream::FrameSink {
    void event(std::string_view name, std::string_view data) override { events.push_back({std::string(name), std::string(data)}); }
    void comment() override {}
    std::vector<EventText> events;
  } collector;
  const auto decoder = upstream::make_frame_decoder(Framing::sse, largest_event);
  (void)decoder->feed(text, collector);
  return std::move(collector.events);
}

SeenAnswer answer_in(const json::object& trace) {
  SeenAnswer answer;
  const json::value* const kept = trace.if_contains("answer");
  if (kept == nullptr) return answer;
  answer.complete = true;  // as far as it went
  const std::string text = kept->is_string() ? std::string(kept->get_string()) : json::serialize(*kept);
  if (trace.at("request").at("events").to_number<std::uint64_t>() > 0)
    answer.events = events_in(text);
  else
    answer.response = text;
  return answer;
}

HttpCall as_call(const monitoring::CallNotes& notes) {
  HttpCall call;
  call.method = notes.method;
  call.url = notes.url;
  call.headers = notes.headers;
  call.body = notes.body;
  return call;
}

std::string place_of(const HttpCall& call) { return json::serialize(json::string(call.method + " " + call.url)); }

void compare_ways(const json::object& recorded, const json::object& replayed, Comparison& comparison) {
  for (const char* const field : {"route", "target", "provider", "status", "outcome", "error", "code"})
    if (std::string one = shown(recorded, field), other = shown(replayed, field); one != other)
      comparison.differ(std::string("/") + field, std::move(one), std::move(other));
}

void compare_calls(const Rerun& rerun, Comparison& comparison) {
  std::size_t index = 0;
  for (const monitoring::CallNotes& made : rerun.notes->calls) {
    const std::string at = "/request/" + std::to_string(index);
    const modes::RecordedCall* const counterpart = rerun.counterparts.at(index++);
    if (counterpart == nullptr)
      comparison.differ(at, {}, place_of(as_call(made)));
    else
      modes::compare_call(counterpart->sent, as_call(made), at, comparison);
  }
  for (const modes::RecordedCall* const unused : rerun.unused)
    comparison.differ("/request/" + std::to_string(index++), place_of(unused->sent), {});
}

/// Whether some call of the replay speaks another protocol than the recorded reply that it was answered with.
bool other_protocol(const Rerun& rerun) {
  for (std::size_t i = 0; i < rerun.notes->calls.size(); ++i) {
    if (rerun.counterparts[i] == nullptr) continue;
    const std::string_view before = modes::protocol_of_call(rerun.counterparts[i]->sent);
    const std::string_view now = modes::protocol_of_call(as_call(rerun.notes->calls[i]));
    if (!before.empty() && !now.empty() && before != now) return true;
  }
  return false;
}

void add_stages(const json::object& trace, const char* whose, json::array& stages) {
  const json::array& attempts = trace.at("attempts").as_array();
  if (attempts.empty()) return;
  for (const json::value& stage : attempts.back().at("stages").as_array()) {
    const auto is_it = [&](const json::value& known) { return known.at("type") == stage.at("type") && !known.as_object().contains(whose); };
    auto found = std::find_if(stages.begin(), stages.end(), is_it);
    if (found == stages.end()) found = stages.insert(stages.end(), json::object{{"type", stage.at("type")}});
    found->as_object()[whose] = json::object{{"request_ms", stage.at("request_ms")}, {"response_ms", stage.at("response_ms")}};
  }
}

json::object brief(const json::object& summary) {
  json::object shown;
  for (const char* const field : {"route", "target", "provider", "status", "outcome", "events", "duration_ms", "error", "code", "message"})
    if (const json::value* const found = summary.if_contains(field)) shown[field] = *found;
  return shown;
}

json::value text_or_null(const std::string& text) { return text.empty() ? json::value() : json::value(text); }

modes::Ignored ignored_besides(const std::vector<std::string>& more) {
  std::vector<std::string> patterns = config::ShadowSettings{}.ignore;
  for (const char* const own_of_each : {"/request/*/headers/traceparent", "/request/*/headers/tracestate"})
    patterns.emplace_back(own_of_each);
  patterns.insert(patterns.end(), more.begin(), more.end());
  return modes::Ignored(patterns);
}

}  // namespace

json::object replay_report(const Record& record, const Rerun& rerun, bool live, const std::vector<std::string>& ignored) {
  const json::object trace = monitoring::trace_report(*rerun.notes);
  const json::object& recorded = record.report.at("request").as_object();
  const json::object& replayed = trace.at("request").as_object();
  json::array notes;
  if (live) notes.emplace_back("the real upstream was asked, which costs what it costs; of its answer only the form was compared");
  if (record.redacted) notes.emplace_back("parts of the record were redacted before it was kept: the replay used the replacements");

  const modes::Ignored all_ignored = ignored_besides(ignored);
  Comparison exact(all_ignored);
  Comparison answers(all_ignored, live ? Comparison::What::shapes : Comparison::What::values);
  if (record.client_left)
    notes.emplace_back("the client had left before its answer was complete: neither the answers nor how they ended were compared");
  else
    compare_ways(recorded, replayed, exact);
  compare_calls(rerun, exact);
  if (!live && other_protocol(rerun))
    notes.emplace_back("the replay speaks another protocol with the upstream, in which nothing is recorded: the answers were not compared");
  else if (!record.client_left)
    answers.answers(answer_in(record.report), answer_in(trace));

  json::array differences;
  for (const auto* const compared : {&exact, &answers})
    for (const modes::Difference& one : compared->differences())
      differences.push_back(json::object{{"path", one.path}, {"recorded", text_or_null(one.v1)}, {"replayed", text_or_null(one.v2)}});
  json::array stages;
  add_stages(record.report, "recorded", stages);
  add_stages(trace, "replayed", stages);
  return {{"request", record.id},
          {"upstream", live ? "real" : "recorded"},
          {"same", differences.empty()},
          {"differences", std::move(differences)},
          {"differences_found", exact.found() + answers.found()},
          {"notes", std::move(notes)},
          {"recorded", brief(recorded)},
          {"replayed", brief(replayed)},
          {"stages", std::move(stages)},
          {"trace", trace}};
}

}  // namespace patchbay::replay
