#include "replay/record.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "monitoring/calls_json.hpp"
#include "monitoring/redaction.hpp"

namespace patchbay::replay {

namespace json = boost::json;

namespace {

Operation operation_of(std::string_view name) {
  for (const Operation operation : {Operation::embed, Operation::count_tokens})
    if (name_of(operation) == name) return operation;
  return Operation::generate;
}

std::string text_of(const json::object& object, std::string_view field) {
  const json::value* const found = object.if_contains(field);
  return found == nullptr ? std::string() : std::string(found->as_string());
}

/// What came back, as the upstream client tells it. A recording that ends before the reply does ends like a connection that breaks.
std::optional<upstream::Failure> failure_of(const monitoring::CallNotes& call) {
  using upstream::FailureKind;
  if (call.failure.empty())
    return call.complete ? std::nullopt : std::optional(upstream::Failure{FailureKind::reset, "the recording of the reply ends here"});
  for (auto kind = FailureKind::bad_url; kind <= FailureKind::too_large; kind = static_cast<FailureKind>(static_cast<int>(kind) + 1))
    if (upstream::name_of(kind) == call.failure) return upstream::Failure{kind, call.failure_message};
  throw Unplayable("the record has a failure that is not known here: '" + call.failure + "'");
}

modes::RecordedCall playable(monitoring::CallNotes&& call) {
  modes::RecordedCall made;
  made.failure = failure_of(call);
  made.sent.method = std::move(call.method);
  made.sent.url = std::move(call.url);
  made.sent.headers = std::move(call.headers);
  made.sent.body = std::move(call.body);
  made.reply = {call.status, std::move(call.reply_headers), std::move(call.reply)};
  return made;
}

/// Why a report has not all that it takes; empty if it has.
std::string objection_to(const json::object& report, bool with_replies) {
  const json::object& summary = report.at("request").as_object();
  const json::array& steps = report.at("steps").as_array();
  const auto is_complete = [](const json::value& step) { return step.at("step").as_string() == "complete"; };
  if (std::none_of(steps.begin(), steps.end(), is_complete))
    return "request " + text_of(summary, "id") + " was refused before it was read: there is nothing to play again";
  if (!report.contains("body") || !report.contains("calls"))
    return "no bodies were kept of request " + text_of(summary, "id") +
           ": set [debug] bodies = true in the host's configuration, and send the request again";
  constexpr const char* cure = " was larger than [debug] max_body_bytes, so it was not kept: raise that, and send the request again";
  for (const json::value& part : report.at("cut").as_array()) return "the request's " + std::string(part.as_string()) + cure;
  const json::array& calls = report.at("calls").as_array();
  const auto is_cut = [](const json::value& call) { return call.as_object().contains("cut"); };
  if (with_replies && std::any_of(calls.begin(), calls.end(), is_cut))
    return std::string("what was sent upstream, or came back,") + cure + "; or use --live, which asks the real upstream";
  return {};
}

Request request_in(const json::object& report) {
  const json::object& summary = report.at("request").as_object();
  const json::value& body = report.at("body");
  Request request;
  request.id = text_of(summary, "id");
  request.protocol = text_of(summary, "protocol");
  request.operation = operation_of(text_of(summary, "operation"));
  request.headers = monitoring::read_headers(report.at("headers"));
  request.body = Document(body.is_string() ? std::string(body.as_string()) : json::serialize(body));
  // Of protocols that have them in the path.
  if (request.model() != text_of(summary, "model")) request.set_model(text_of(summary, "model"));
  if (request.stream() != summary.at("stream").as_bool()) request.set_stream(summary.at("stream").as_bool());
  return request;
}

Record read(const json::object& report, bool with_replies) {
  if (std::string objection = objection_to(report, with_replies); !objection.empty()) throw Unplayable(objection);
  const json::object& summary = report.at("request").as_object();
  Record record;
  record.report = report;
  record.id = text_of(summary, "id");
  record.method = text_of(summary, "method");
  record.path = text_of(summary, "path");
  record.caller = text_of(summary, "caller");
  record.route = text_of(summary, "route");
  record.request = request_in(report);
  for (const json::value& attempt : report.at("attempts").as_array()) record.targets.emplace_back(attempt.at("target").as_string());
  for (monitoring::CallNotes& call : monitoring::read_calls(report.at("calls"))) record.calls.push_back(playable(std::move(call)));
  for (const char* const part : {"body", "headers", "calls"})
    record.redacted = record.redacted || json::serialize(report.at(part)).find(monitoring::redaction_mark) != std::string::npos;
  record.client_left = text_of(summary, "outcome") == "disconnected";
  return record;
}

}  // namespace

Record read_record(const json::value& report, bool with_replies) {
  try {
    return read(report.as_object(), with_replies);
  } catch (const Unplayable&) {
    throw;
  } catch (const std::exception& fault) {  // of the shape: Boost.JSON says what it missed
    throw Unplayable(std::string("this is not what `patchbay trace REQUEST-ID --json` prints: ") + fault.what());
  }
}

}  // namespace patchbay::replay
