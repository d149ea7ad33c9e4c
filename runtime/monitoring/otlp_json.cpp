#include "monitoring/otlp_json.hpp"

#include <string>

namespace patchbay::monitoring {

namespace json = boost::json;

namespace {

// opentelemetry/proto/trace/v1/trace.proto: enums are numbers in OTLP's JSON.
constexpr int kind_internal = 1;
constexpr int kind_server = 2;
constexpr int kind_client = 3;
constexpr int status_error = 2;

/// Attributes of a span, in OTLP's spelling of typed values.
class Attributes {
 public:
  void text(std::string_view key, std::string_view value) {
    if (!value.empty()) add(key, {{"stringValue", value}});
  }
  void number(std::string_view key, std::uint64_t value) { add(key, {{"intValue", std::to_string(value)}}); }  // 64 bits are text in JSON
  void real(std::string_view key, double value) { add(key, {{"doubleValue", value}}); }
  void flag(std::string_view key, bool value) { add(key, {{"boolValue", value}}); }
  [[nodiscard]] json::array take() { return std::move(list_); }

 private:
  void add(std::string_view key, json::object value) { list_.push_back(json::object{{"key", key}, {"value", std::move(value)}}); }

  json::array list_;
};

/// Unix time in nanoseconds, of an instant of the steady clock.
std::string unix_nanoseconds(const RequestNotes& notes, RequestNotes::Instant instant) {
  const auto time = notes.began_at.time_since_epoch() + (instant - notes.received);
  return std::to_string(std::chrono::duration_cast<std::chrono::nanoseconds>(time).count());
}

json::object span(const RequestNotes& notes, std::string_view id, std::string_view parent, std::string name, int kind,
                  RequestNotes::Instant begin, RequestNotes::Instant end) {
  json::object span{{"traceId", notes.trace.trace_id},
                    {"spanId", id},
                    {"name", std::move(name)},
                    {"kind", kind},
                    {"startTimeUnixNano", unix_nanoseconds(notes, begin)},
                    {"endTimeUnixNano", unix_nanoseconds(notes, end)}};
  if (!parent.empty()) span["parentSpanId"] = parent;
  if (!notes.trace.state.empty()) span["traceState"] = notes.trace.state;
  return span;
}

json::object event(const RequestNotes& notes, std::string_view name, RequestNotes::Instant instant) {
  return {{"timeUnixNano", unix_nanoseconds(notes, instant)}, {"name", name}};
}

/// The well-known names of `gen_ai.operation.name` where there is one.
std::string_view operation_name(const RequestNotes& notes) {
  if (notes.operation == patchbay::name_of(Operation::embed)) return "embeddings";
  if (notes.operation == patchbay::name_of(Operation::count_tokens)) return "count_tokens";
  return notes.protocol == protocols::openai_completions ? "text_completion" : "chat";
}

/// A provider module is named after the API that it speaks with.
std::string_view provider_name(std::string_view module_type) {
  constexpr std::string_view prefix = "provider-";
  return module_type.starts_with(prefix) ? module_type.substr(prefix.size()) : module_type;
}

json::object server_span(const RequestNotes& notes) {
  json::object root =
      span(notes, notes.span_id, notes.trace.parent, notes.method + " " + notes.path, kind_server, notes.received, notes.ended);
  Attributes attributes;
  attributes.text("http.request.method", notes.method);
  attributes.text("url.path", notes.path);
  attributes.number("http.response.status_code", static_cast<std::uint64_t>(notes.status));
  attributes.number("http.request.body.size", notes.bytes_in);
  attributes.number("http.response.body.size", notes.bytes_out);
  attributes.text("patchbay.request.id", notes.id);
  attributes.text("patchbay.protocol", notes.protocol);
  attributes.text("patchbay.route", notes.route);
  attributes.text("patchbay.target", notes.target);
  attributes.text("patchbay.outcome", name_of(notes.outcome));
  if (notes.losses > 0) attributes.number("patchbay.losses", notes.losses);
  if (notes.stream) attributes.number("patchbay.events", notes.events);
  if (notes.failure) attributes.text("error.type", patchbay::name_of(notes.failure->kind));
  root["attributes"] = attributes.take();
  json::array events;
  if (notes.routed != RequestNotes::Instant{}) events.push_back(event(notes, "patchbay.routed", notes.routed));
  if (notes.first_byte != RequestNotes::Instant{}) events.push_back(event(notes, "patchbay.first_byte", notes.first_byte));
  root["events"] = std::move(events);
  // The HTTP conventions leave the status of a server's span unset for what the client did wrong.
  if (notes.failure && notes.status >= 500) root["status"] = json::object{{"code", status_error}, {"message", notes.failure->message}};
  return root;
}

json::object attempt_span(const RequestNotes& notes, const AttemptNotes& attempt, bool last) {
  std::string name(operation_name(notes));
  if (!notes.model.empty()) name.append(" ").append(notes.model);
  const RequestNotes::Instant end = attempt.ended != RequestNotes::Instant{} ? attempt.ended : notes.ended;
  json::object call = span(notes, attempt.span_id, notes.span_id, std::move(name), kind_client, attempt.begun, end);
  Attributes attributes;
  attributes.text("gen_ai.operation.name", operation_name(notes));
  attributes.text("gen_ai.provider.name", provider_name(attempt.provider));
  attributes.text("gen_ai.request.model", notes.model);
  attributes.flag("gen_ai.request.stream", notes.stream);
  attributes.text("server.address", attempt.host);
  if (attempt.port != 0) attributes.number("server.port", attempt.port);
  attributes.text("patchbay.target", attempt.target);
  if (attempt.status != 0) attributes.number("http.response.status_code", static_cast<std::uint64_t>(attempt.status));
  if (last) {
    attributes.text("gen_ai.response.model", notes.response_model);
    if (notes.usage.total() > 0) {
      attributes.number("gen_ai.usage.input_tokens", notes.usage.input_tokens);
      attributes.number("gen_ai.usage.output_tokens", notes.usage.output_tokens);
      if (notes.usage.cached_input_tokens > 0) attributes.number("gen_ai.usage.cache_read.input_tokens", notes.usage.cached_input_tokens);
      if (notes.usage.cache_write_tokens > 0) attributes.number("gen_ai.usage.cache_creation.input_tokens", notes.usage.cache_write_tokens);
      if (notes.usage.reasoning_tokens > 0) attributes.number("gen_ai.usage.reasoning.output_tokens", notes.usage.reasoning_tokens);
    }
    if (notes.cost) attributes.real("patchbay.cost", notes.money());  // the conventions have no name for it
    if (notes.first_byte > attempt.begun)
      attributes.real("gen_ai.response.time_to_first_chunk", std::chrono::duration<double>(notes.first_byte - attempt.begun).count());
  }
  std::string error = attempt.error;
  if (error.empty() && last && notes.failure) error = patchbay::name_of(notes.failure->kind);
  if (!error.empty()) {
    attributes.text("error.type", error);
    json::object status{{"code", status_error}};
    if (last && notes.failure) status["message"] = notes.failure->message;
    call["status"] = std::move(status);
  }
  call["attributes"] = attributes.take();
  return call;
}

json::object stage_span(const RequestNotes& notes, const AttemptNotes& attempt, const StageNotes& stage) {
  json::object shown =
      span(notes, stage.span_id, attempt.span_id, "stage " + stage.type, kind_internal, stage.begun, stage.begun + stage.request);
  Attributes attributes;
  attributes.text("patchbay.stage.type", stage.type);
  attributes.real("patchbay.stage.request_seconds", std::chrono::duration<double>(stage.request).count());
  attributes.real("patchbay.stage.response_seconds", std::chrono::duration<double>(stage.response).count());
  attributes.number("patchbay.stage.messages", stage.messages);
  shown["attributes"] = attributes.take();
  return shown;
}

}  // namespace

json::array spans_of(const RequestNotes& notes) {
  json::array spans;
  spans.push_back(server_span(notes));
  for (const AttemptNotes& attempt : notes.attempts) {
    spans.push_back(attempt_span(notes, attempt, &attempt == &notes.attempts.back()));
    for (const StageNotes& stage : attempt.stages)
      if (stage.begun != RequestNotes::Instant{}) spans.push_back(stage_span(notes, attempt, stage));
  }
  return spans;
}

json::object export_request(std::string_view service_name, std::string_view version, json::array spans) {
  Attributes resource;
  resource.text("service.name", service_name);
  resource.text("service.version", version);
  json::object scope_spans{{"scope", json::object{{"name", "patchbay"}, {"version", version}}}, {"spans", std::move(spans)}};
  json::object resource_spans{{"resource", json::object{{"attributes", resource.take()}}},
                              {"scopeSpans", json::array{std::move(scope_spans)}}};
  return {{"resourceSpans", json::array{std::move(resource_spans)}}};
}

}  // namespace patchbay::monitoring
