#include "server/attempt_record.hpp"

#include <boost/json/array.hpp>
#include <charconv>
#include <tuple>
#include <utility>

#include "monitoring/notes_json.hpp"

namespace patchbay::server {

using hooks::Point;
using monitoring::AttemptNotes;
using monitoring::NotesPlan;
using monitoring::RequestNotes;
using monitoring::StageNotes;

namespace {

bool is_sampled(const RequestNotes& notes) { return notes.trace.valid() && notes.trace.sampled; }

/// Host and port of an absolute URL (RFC 3986 section 3.2).
std::pair<std::string, std::uint16_t> authority_of(std::string_view url) {
  const bool https = url.starts_with("https:");
  const std::size_t begin = url.find("://");
  if (begin == std::string_view::npos) return {};
  std::string_view authority = url.substr(begin + 3);
  for (const char end : {'/', '?', '#'}) authority = authority.substr(0, authority.find(end));
  if (authority.find('@') != std::string_view::npos) authority.remove_prefix(authority.rfind('@') + 1);
  std::uint16_t port = https ? 443 : 80;
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    std::from_chars(authority.data() + colon + 1, authority.data() + authority.size(), port);
    authority = authority.substr(0, colon);
  }
  return {std::string(authority), port};
}

}  // namespace

AttemptRecord::AttemptRecord(hooks::HookBus& hooks, const NotesPlan& plan, RequestNotes& notes, const pipeline::Patch& patch)
    : hooks_(hooks),
      plan_(plan),
      notes_(notes),
      index_(notes.attempts.size()),
      watches_stages_(plan.stages || plan.bodies || (plan.traced_stages && is_sampled(notes)) || hooks.wanted(Point::request_connected) ||
                      hooks.wanted(Point::request_stage_begins) || hooks.wanted(Point::request_stage_ends)) {
  AttemptNotes& attempt = notes.attempts.emplace_back();
  attempt.target = patch.target;
  attempt.provider = patch.provider;
  attempt.begun = index_ == 0 && notes.routed != RequestNotes::Instant{} ? notes.routed : Clock::now();
  if (is_sampled(notes)) attempt.span_id = monitoring::make_span_id();
  if (notes.body) last_body_ = *notes.body;
}

StageNotes* AttemptRecord::stage(Place place) { return place < own().stages.size() ? &own().stages[place] : nullptr; }

void AttemptRecord::connected(std::span<const std::string_view> stages) {
  std::vector<StageNotes>& all = own().stages;
  all.resize(stages.size() + 1);
  for (std::size_t i = 0; i < stages.size(); ++i) all[i].type = stages[i];
  all.back().type = own().provider;
  if (is_sampled(notes_))
    for (StageNotes& one : all) one.span_id = monitoring::make_span_id();
  hooks_.emit(Point::request_connected, [&] {
    boost::json::object data = monitoring::place_of(notes_);
    boost::json::array names;
    for (const StageNotes& one : all) names.push_back(boost::json::string(one.type));
    data["stages"] = std::move(names);
    return data;
  });
}

void AttemptRecord::account(Clock::time_point now) {
  if (running_.empty()) return;
  if (StageNotes* const now_running = stage(running_.back().place))
    (running_.back().way == Way::to_provider ? now_running->request : now_running->response) += now - since_;
}

void AttemptRecord::enter(Place place, Way way) {
  const Clock::time_point now = Clock::now();
  account(now);
  running_.push_back({place, way, now});
  since_ = now;
  if (StageNotes* const entered = stage(place)) {
    if (way == Way::to_client) ++entered->messages;
    if (entered->begun == Clock::time_point{}) entered->begun = now;
  }
  tell(Point::request_stage_begins, place, way);
}

void AttemptRecord::leave(Place place, Way way) {
  const Clock::time_point now = Clock::now();
  account(now);
  running_.pop_back();
  since_ = now;
  tell(Point::request_stage_ends, place, way);
}

void AttemptRecord::tell(Point point, Place place, Way way) {
  if (place == client_place) return;
  hooks_.emit(point, [&] {
    boost::json::object data = monitoring::place_of(notes_);
    if (const StageNotes* const told = stage(place)) {
      data["stage"] = told->type;
      data["way"] = way == Way::to_provider ? "request" : "response";
      data["own_us"] = std::chrono::duration_cast<std::chrono::microseconds>(told->request + told->response).count();
    }
    return data;
  });
}

void AttemptRecord::request_left(Place place, const Document& body) {
  if (!plan_.bodies) return;
  std::string kept = plan_.bodies->keep(body.text());
  StageNotes* const left = stage(place);
  if (left == nullptr || kept == last_body_) return;
  left->body = kept;
  last_body_ = std::move(kept);
}

void AttemptRecord::answer_left(Place place, const Document& body) {
  if (!plan_.bodies) return;
  std::string kept = plan_.bodies->keep(body.text());
  StageNotes* const left = stage(place);
  if (left == nullptr || kept == last_answer_) return;
  (left == &own().stages.back() ? own().reply : left->answer) = kept;
  last_answer_ = std::move(kept);
}

void AttemptRecord::event_left(Place place, const Event& event) {
  StageNotes* const left = stage(place);
  if (!plan_.bodies || left == nullptr) return;
  ++left->events_left;
  if (left->events.size() >= plan_.bodies->stage_events() || left->events_left != left->events.size() + 1) return;
  std::size_t bytes = event.data.text().size();
  for (const monitoring::StageEvent& one : left->events) bytes += one.data.size();
  if (!plan_.bodies->fits(bytes)) return;
  const StageNotes* const came_from = stage(place + 1);
  left->events.push_back({came_from == nullptr ? 0 : came_from->events_left, event.name, plan_.bodies->keep(event.data.text())});
}

void AttemptRecord::calling(HttpCall& call) {
  AttemptNotes& attempt = own();
  std::tie(attempt.host, attempt.port) = authority_of(call.url);
  if (notes_.trace.valid()) {
    call.headers.set("traceparent",
                     monitoring::write_traceparent(notes_.trace, attempt.span_id.empty() ? notes_.span_id : attempt.span_id));
    if (!notes_.trace.state.empty()) call.headers.set("tracestate", notes_.trace.state);
  }
  if (plan_.bodies) attempt.upstream_body = plan_.bodies->keep(call.body);
}

void AttemptRecord::replied(int status, std::chrono::nanoseconds connecting) {
  AttemptNotes& attempt = own();
  attempt.status = status;
  attempt.replied = Clock::now();
  attempt.connecting = connecting;
}

}  // namespace patchbay::server
