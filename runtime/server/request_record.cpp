#include "server/request_record.hpp"

#include "monitoring/milliseconds.hpp"
#include "monitoring/notes_json.hpp"
#include "monitoring/notes_stock.hpp"
#include "patchbay/json_skim.hpp"
#include "pipeline/request_facts.hpp"

namespace patchbay::server {

using hooks::Point;
using monitoring::Outcome;
using monitoring::RequestNotes;

namespace {

constexpr int client_closed_request = 499;

void add_failure(boost::json::object& data, const Error& error) {
  data["error"] = name_of(error.kind);
  data["code"] = error.code;
  data["message"] = error.message;
  data["source"] = error.source;
}

/// The model that an answer, or the first event of one, names, wherever the protocols have it; empty if it names none.
std::string model_of(std::string_view body, int depth = 0) {
  JsonSkim skim(body);
  while (skim.next()) {
    const std::string_view key = skim.key();
    const std::string_view value = skim.value();
    if ((key == "model" || key == "modelVersion") && value.size() > 2 && value.front() == '"')
      return std::string(value.substr(1, value.size() - 2));
    if ((key == "message" || key == "response") && depth == 0 && value.starts_with('{')) return model_of(value, 1);
  }
  return {};
}

}  // namespace

RequestRecord::RequestRecord(const Onlookers& onlookers, monitoring::RequestMetrics::Shard& shard, std::string_view id,
                             std::string_view method, std::string_view path, std::string_view protocol)
    : onlookers_(onlookers), shard_(shard), plan_(onlookers.telemetry.plan()), notes_(monitoring::fresh_notes()) {
  notes_->id = id;
  notes_->method = method;
  notes_->path = path;
  notes_->protocol = protocol;
  notes_->began_at = std::chrono::system_clock::now();
  notes_->received = Clock::now();
  shard_.began();
}

RequestRecord::~RequestRecord() {
  if (!ended_) abandoned();
}

bool RequestRecord::wants_caller() const { return !plan_->observers.empty() || onlookers_.hooks.wanted_of_requests(); }

void RequestRecord::authenticated(std::string caller) {
  notes_->authenticated = Clock::now();
  notes_->caller = std::move(caller);
}

void RequestRecord::complete(const Request& request, const pipeline::Engine& engine) {
  notes_->complete = Clock::now();
  notes_->operation = name_of(request.operation);
  notes_->model = request.model();
  notes_->stream = request.stream();
  notes_->bytes_in = request.body.text().size();
  if (plan_->bodies) {
    notes_->body = plan_->bodies->keep(request.body.text());
    notes_->body_cut = !plan_->bodies->fits(request.body.text().size());
    notes_->headers = kept_headers(request.headers, *plan_->bodies);
  }
  if (plan_->trace_ratio) join_trace(request.headers);
  announce();
  onlookers_.hooks.emit(Point::request_authenticated, [this] { return place_of(*notes_); });
  onlookers_.hooks.emit(Point::request_classified, [&] {
    const pipeline::RequestFacts facts(request);
    boost::json::object data = place_of(*notes_);
    data["category"] = engine.category_of(request);
    data["estimated_tokens"] = facts.estimated_tokens();
    data["has_tools"] = facts.has_tools();
    data["has_images"] = facts.has_images();
    data["thinking"] = facts.thinking();
    return data;
  });
}

void RequestRecord::join_trace(const Headers& headers) {
  if (const auto parent = headers.find("traceparent")) {
    if (std::optional<monitoring::TraceContext> context = monitoring::parse_traceparent(*parent)) {
      notes_->trace = std::move(*context);
      notes_->trace.state = headers.find("tracestate").value_or(std::string_view{});
    }
  }
  if (!notes_->trace.valid()) {
    notes_->trace.trace_id = monitoring::make_trace_id();
    notes_->trace.sampled = monitoring::is_sampled(notes_->trace.trace_id, *plan_->trace_ratio);
  }
  notes_->span_id = monitoring::make_span_id();
}

/// Hooks hear of a request when what it wants is known, or that it was refused before.
void RequestRecord::announce() {
  if (std::exchange(announced_, true)) return;
  onlookers_.hooks.emit(Point::request_received, [this] {
    boost::json::object data = place_of(*notes_);
    data["bytes_in"] = notes_->bytes_in;
    return data;
  });
}

pipeline::Worker& RequestRecord::watched(pipeline::Worker& worker) {
  if (!plan_->bodies) return worker;
  return calls_.emplace(worker, *plan_->bodies, *notes_).worker();
}

void RequestRecord::routed(const pipeline::Patch& patch) {
  notes_->routed = Clock::now();
  notes_->route = patch.route;
  notes_->target = patch.target;
  notes_->provider = patch.provider;
  onlookers_.hooks.emit(Point::request_routed, [this] { return place_of(*notes_); });
}

pipeline::AttemptObserver* RequestRecord::observe(const pipeline::Patch& patch) {
  onlookers_.hooks.emit(Point::request_connecting, [this] { return place_of(*notes_); });
  const bool wanted_by_hooks = onlookers_.hooks.wanted(Point::request_connected) || onlookers_.hooks.wanted(Point::request_stage_begins) ||
                               onlookers_.hooks.wanted(Point::request_stage_ends);
  if (!plan_->attempts && !wanted_by_hooks) return nullptr;
  if (!first_attempt_) return &first_attempt_.emplace(onlookers_.hooks, *plan_, *notes_, patch);
  return more_attempts_.emplace_back(std::make_unique<AttemptRecord>(onlookers_.hooks, *plan_, *notes_, patch)).get();
}

void RequestRecord::calling() {
  notes_->called = Clock::now();
  onlookers_.hooks.emit(Point::request_upstream, [this] { return place_of(*notes_); });
}

void RequestRecord::setback(const Error& error) {
  ++notes_->setbacks;
  if (!notes_->attempts.empty()) {
    notes_->attempts.back().ended = Clock::now();
    notes_->attempts.back().error = name_of(error.kind);
    notes_->attempts.back().message = error.message;
  }
  onlookers_.hooks.emit(Point::request_setback, [&] {
    boost::json::object data = place_of(*notes_);
    add_failure(data, error);
    return data;
  });
}

void RequestRecord::cost(const pipeline::UsageMeter::Sum& sum) {
  if (sum.estimated) notes_->estimate = sum.usage;
}

void RequestRecord::begin_answer() {
  begun_ = true;
  notes_->first_byte = Clock::now();
  onlookers_.hooks.emit(Point::request_first_byte, [this] {
    boost::json::object data = place_of(*notes_);
    data["first_byte_ms"] = monitoring::milliseconds(notes_->time_to_first_byte());
    return data;
  });
}

void RequestRecord::note_response_model(std::string_view body) {
  if (notes_->trace.sampled && notes_->response_model.empty()) notes_->response_model = model_of(body);
}

void RequestRecord::answered(std::string_view body, int status) {
  notes_->bytes_out += body.size();
  note_response_model(body);
  if (plan_->bodies) {
    notes_->answer = plan_->bodies->keep(body);
    notes_->answer_cut = !plan_->bodies->fits(body.size());
  }
  begin_answer();
  conclude(status, notes_->first_byte);
}

void RequestRecord::sent_event(std::string_view name, std::string_view data) {
  notes_->bytes_out += data.size();
  ++notes_->events;
  if (!begun_) begin_answer();
  if (notes_->events == 1) note_response_model(data);
  if (plan_->bodies) {
    if (!notes_->answer) notes_->answer.emplace();
    // Nothing follows a gap.
    notes_->answer_cut = notes_->answer_cut || !plan_->bodies->append(*notes_->answer, name, data);
  }
  onlookers_.hooks.emit(Point::request_event, [&] {
    boost::json::object told = place_of(*notes_);
    told["number"] = notes_->events;
    told["name"] = name;
    told["bytes"] = data.size();
    return told;
  });
}

void RequestRecord::failed(const Error& error) { notes_->failure = {error.kind, error.code, error.message, error.source}; }

void RequestRecord::streamed() { conclude(200, Clock::now()); }

void RequestRecord::conclude(int status, Clock::time_point now) {
  notes_->status = status;
  notes_->outcome = notes_->failure ? Outcome::failed : Outcome::completed;
  end(notes_->failure ? Point::request_failed : Point::request_completed, now);
}

void RequestRecord::abandoned() {
  notes_->status = client_closed_request;
  notes_->outcome = Outcome::disconnected;
  end(Point::request_disconnected, Clock::now());
}

void RequestRecord::end(Point point, Clock::time_point now) {
  ended_ = true;
  notes_->ended = now;
  if (calls_) calls_->close();
  if (!notes_->attempts.empty() && notes_->attempts.back().ended == RequestNotes::Instant{}) notes_->attempts.back().ended = notes_->ended;
  if (plan_->cost && notes_->usage.total() > 0) notes_->cost = plan_->cost(asked_model_, notes_->model, notes_->usage);
  announce();
  onlookers_.hooks.emit(point, [this] { return monitoring::summary_of(*notes_); });
  monitoring::Telemetry::ended(*plan_, shard_, notes_);
}

}  // namespace patchbay::server
