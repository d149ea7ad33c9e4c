#include "monitoring/trace_report.hpp"

#include <spdlog/fmt/fmt.h>

#include <boost/json/array.hpp>

#include "monitoring/access_log.hpp"
#include "monitoring/calls_json.hpp"
#include "monitoring/diff_text.hpp"
#include "monitoring/json_diff.hpp"
#include "monitoring/milliseconds.hpp"
#include "monitoring/notes_json.hpp"
#include "monitoring/stream_changes.hpp"
#include "patchbay/plain_json.hpp"

namespace patchbay::monitoring {

namespace json = boost::json;

namespace {

/// The times of a request that it came to.
json::array steps_of(const RequestNotes& notes) {
  struct Step {
    std::string_view name;
    RequestNotes::Instant at;
  };
  json::array steps;
  for (const Step& step :
       {Step{"received", notes.received}, Step{"authenticated", notes.authenticated}, Step{"complete", notes.complete},
        Step{"routed", notes.routed}, Step{"called", notes.called}, Step{"first_byte", notes.first_byte}, Step{"ended", notes.ended}})
    if (step.at != RequestNotes::Instant{})
      steps.push_back(json::object{{"step", step.name}, {"ms", milliseconds(step.at - notes.received)}});
  return steps;
}

/// What a stage made of a body; nothing if one of the two was not kept.
json::value difference(const std::optional<std::string>& before, const std::optional<std::string>& after) {
  if (!before || !after) return nullptr;
  return json_diff(readable(*before), readable(*after));
}

json::array stages_of(const RequestNotes& notes, const AttemptNotes& attempt) {
  json::array shown;
  // A body goes through the stages from left to right, and its answer back; a stage that kept none left it as it was.
  const std::optional<std::string>* request = &notes.body;
  std::vector<const std::optional<std::string>*> answers(attempt.stages.size() + 1);
  const std::optional<std::string>* answer = &attempt.reply;
  for (std::size_t i = attempt.stages.size(); i-- > 0;) {
    answers[i + 1] = answer;
    if (attempt.stages[i].answer) answer = &attempt.stages[i].answer;
    answers[i] = answer;
  }
  for (std::size_t i = 0; i < attempt.stages.size(); ++i) {
    const StageNotes& stage = attempt.stages[i];
    json::object one{{"type", stage.type},
                     {"at_ms", stage.begun == RequestNotes::Instant{} ? 0.0 : milliseconds(stage.begun - notes.received)},
                     {"request_ms", milliseconds(stage.request)},
                     {"response_ms", milliseconds(stage.response)},
                     {"messages", stage.messages}};
    if (stage.body) {
      one["request_diff"] = difference(*request, stage.body);
      request = &stage.body;
    }
    if (stage.answer) one["response_diff"] = difference(*answers[i + 1], stage.answer);
    if (i + 1 < attempt.stages.size() && stage.events_left + attempt.stages[i + 1].events_left > 0)
      one["events"] = stream_changes(attempt.stages[i + 1], stage);
    shown.push_back(std::move(one));
  }
  return shown;
}

json::object attempt_of(const RequestNotes& notes, const AttemptNotes& attempt) {
  json::object shown{{"target", attempt.target}, {"provider", attempt.provider}};
  shown["begun_ms"] = milliseconds(attempt.begun - notes.received);
  if (!attempt.host.empty()) {
    shown["host"] = attempt.host;
    shown["connecting_ms"] = milliseconds(attempt.connecting);
    shown["port"] = attempt.port;
  }
  if (attempt.replied != RequestNotes::Instant{}) {
    shown["status"] = attempt.status;
    shown["replied_ms"] = milliseconds(attempt.replied - notes.received);
  }
  if (attempt.ended != RequestNotes::Instant{}) shown["ended_ms"] = milliseconds(attempt.ended - notes.received);
  if (!attempt.error.empty()) {
    shown["error"] = attempt.error;
    shown["message"] = attempt.message;
  }
  shown["stages"] = stages_of(notes, attempt);
  if (attempt.upstream_body) shown["upstream_body"] = readable(*attempt.upstream_body);
  if (attempt.reply) shown["reply"] = readable(*attempt.reply);
  return shown;
}

std::string attempt_text(const json::object& attempt, std::size_t number) {
  std::string text = fmt::format("\nattempt {}: target {}, {}", number, std::string_view(attempt.at("target").get_string()),
                                 std::string_view(attempt.at("provider").get_string()));
  if (const auto* const host = attempt.if_contains("host"))
    text += fmt::format(" at {}:{}", std::string_view(host->get_string()), attempt.at("port").to_number<unsigned>());
  if (const auto* const status = attempt.if_contains("status"))
    text += fmt::format(", status {} after {:.3f} ms", status->to_number<int>(),
                        attempt.at("replied_ms").to_number<double>() - attempt.at("begun_ms").to_number<double>());
  if (const auto* const error = attempt.if_contains("error")) text += fmt::format(", {}", std::string_view(error->get_string()));
  if (const auto* const message = attempt.if_contains("message")) text += fmt::format(": {}", std::string_view(message->get_string()));
  text += '\n';
  for (const json::value& each : attempt.at("stages").get_array()) {
    const json::object& stage = each.get_object();
    text += fmt::format("  {:<32} request {:>8.3f} ms   response {:>8.3f} ms   {} messages\n",
                        std::string_view(stage.at("type").get_string()), stage.at("request_ms").to_number<double>(),
                        stage.at("response_ms").to_number<double>(), stage.at("messages").to_number<std::uint64_t>());
    for (const std::string_view direction : {"request", "response"})
      if (const auto* const diff = stage.if_contains(std::string(direction) + "_diff")) text += diff_text(direction, *diff);
    if (const auto* const events = stage.if_contains("events")) text += stream_text(*events);
  }
  return text;
}

}  // namespace

json::object trace_report(const RequestNotes& notes) {
  json::object report{{"request", summary_of(notes)}, {"steps", steps_of(notes)}};
  json::array attempts;
  for (const AttemptNotes& attempt : notes.attempts) attempts.push_back(attempt_of(notes, attempt));
  report["attempts"] = std::move(attempts);
  if (notes.body) report["body"] = readable(*notes.body);
  if (notes.answer) report["answer"] = readable(*notes.answer);
  if (!notes.body) return report;
  json::array cut;
  if (notes.body_cut) cut.push_back("body");
  if (notes.answer_cut) cut.push_back("answer");
  report["cut"] = std::move(cut);
  report["headers"] = describe(notes.headers);
  report["calls"] = describe(notes.calls);
  return report;
}

std::string trace_text(const json::object& report) {
  std::string text;
  for (const auto& [name, value] : report.at("request").get_object())
    text += fmt::format("{:<20} {}\n", std::string_view(name), plain_text(value));
  text += '\n';
  for (const json::value& step : report.at("steps").get_array())
    text += fmt::format("{:>12.3f} ms  {}\n", step.at("ms").to_number<double>(), std::string_view(step.at("step").get_string()));
  std::size_t number = 0;
  for (const json::value& attempt : report.at("attempts").get_array()) text += attempt_text(attempt.get_object(), ++number);
  if (number == 0) text += "\n([debug] ring keeps attempts; stages = true times each stage, bodies = true shows what each changed)\n";
  return text;
}

std::string list_text(const std::vector<std::shared_ptr<const RequestNotes>>& requests) {
  std::string text;
  for (const auto& notes : requests) text += access_line(*notes) + "\n";
  return requests.empty() ? "no request has ended yet\n" : text;
}

}  // namespace patchbay::monitoring
