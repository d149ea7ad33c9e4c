#include "server/answer.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "net/header_name_set.hpp"
#include "patchbay/json_skim.hpp"
#include "server/content_decoding.hpp"
#include "server/error_shapes.hpp"
#include "server/listener.hpp"
#include "server/model_list.hpp"
#include "server/request_outline.hpp"
#include "server/response_head.hpp"

namespace patchbay::server {

namespace json = boost::json;

namespace {

constexpr std::string_view sse = "text/event-stream; charset=utf-8";
constexpr std::string_view comment = ": keep-alive\n\n";
constexpr std::size_t longest_report = 1'024;  // bytes of x-patchbay-fidelity

/// What a client sends for its own connection with us, or to prove who it is, stays here.
constexpr net::HeaderNameSet stays_here({"host", "content-length", "content-encoding", "transfer-encoding", "connection", "keep-alive",
                                         "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer", "upgrade",
                                         "expect", "accept-encoding", "authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie"});

/// What a provider says of the limits of its own key.
bool is_of_limits(std::string_view name) {
  constexpr std::string_view beginnings[] = {"x-ratelimit-", "anthropic-ratelimit-"};
  return std::any_of(std::begin(beginnings), std::end(beginnings),
                     [name](std::string_view beginning) { return equals_ignoring_case(name.substr(0, beginning.size()), beginning); });
}

ErrorKind kind_of(int status) {
  switch (status) {
    case 401: return ErrorKind::authentication;
    case 404:
    case 405: return ErrorKind::not_found;
    case 413:
    case 431: return ErrorKind::request_too_large;
    case 503: return ErrorKind::unavailable;
    default: return ErrorKind::invalid_request;
  }
}

Error make_error(int status, std::string message, std::string code = {}) {
  Error error;
  error.kind = kind_of(status);
  error.status = status;
  error.message = std::move(message);
  error.code = std::move(code);
  return error;
}

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool is_json(std::string_view content_type) {
  const auto ends = [](char c) { return c == ';' || is_space(c); };
  const std::string_view type(content_type.begin(), std::find_if(content_type.begin(), content_type.end(), ends));
  return equals_ignoring_case(type, "application/json") || type.ends_with("+json");
}

/// The two ends of the body only: what is between is judged by whoever reads it.
bool looks_like_an_object(std::string_view body) {
  while (!body.empty() && is_space(body.front())) body.remove_prefix(1);
  while (!body.empty() && is_space(body.back())) body.remove_suffix(1);
  return !body.empty() && body.front() == '{' && body.back() == '}';
}

}  // namespace

Answer::Answer(Listener& listener, Outbox& outbox, Owner& owner, RequestParser& request)
    : listener_(listener),
      outbox_(outbox),
      owner_(owner),
      request_(request),
      policy_(listener.policy()),
      entrance_(listener.gatekeeper(), listener.worker()),
      request_id_(request_id_for(request.headers())),
      silence_(listener.worker().deadlines, [this] { silence(); }),
      keep_alive_(request.keep_alive()),
      head_only_(request.method() == "HEAD") {
  outbox_.write_timeout(policy_->settings.write_timeout);
}

std::string_view Answer::path() const { return request_.target().substr(0, request_.target().find('?')); }

bool Answer::answer_early(bool has_body) {
  const std::string_view method = request_.method();
  add_cors_headers();
  Error error;
  if (method == "OPTIONS" && !policy_->settings.cors_origins.empty()) {
    if (has_body) keep_alive_ = false;
    answer_preflight();
    return true;
  }
  Lookup lookup = find_endpoint(method, path());
  if (lookup.endpoint != nullptr && lookup.endpoint->answerer == Answerer::metrics && listener_.onlookers().page == nullptr) lookup = {};
  endpoint_ = lookup.endpoint;
  name_ = std::move(lookup.name);
  protocol_ = endpoint_ != nullptr ? endpoint_->protocol : protocol_of_path(path());
  if (endpoint_ != nullptr && path().starts_with("/v1/models")) {  // the same path in three APIs: the client's headers tell
    if (request_.headers().contains("anthropic-version")) protocol_ = protocols::anthropic_messages;
    if (request_.headers().contains("x-goog-api-key")) protocol_ = protocols::gemini;
  }
  if (endpoint_ == nullptr || !endpoint_->open) take_notes();
  if (endpoint_ == nullptr && lookup.allowed.empty()) {
    error = make_error(404,
                       "there is no " + std::string(method) + " " + std::string(path()) +
                           " here. Endpoints: " + endpoint_list(listener_.onlookers().page != nullptr),
                       "unknown_endpoint");
  } else if (endpoint_ == nullptr) {
    extra_.set("Allow", lookup.allowed);
    error = make_error(405, std::string(path()) + " takes " + lookup.allowed + ", not " + std::string(method), "method_not_allowed");
  } else if (std::optional<Error> refused = identify()) {
    if (refused->kind == ErrorKind::authentication) extra_.set("WWW-Authenticate", "Bearer");
    error = std::move(*refused);
  } else {
    if (record_) record_->authenticated(record_->wants_caller() ? caller() : std::string());
    return false;
  }
  if (has_body) keep_alive_ = false;  // the body is not read any more
  reply_error(std::move(error));
  return true;
}

std::optional<Error> Answer::identify() {
  if (endpoint_->open || !entrance_.needs_key(policy_->keys)) return std::nullopt;
  return entrance_.identify(policy_->keys, owner_.key());
}

void Answer::take_notes() {
  const Onlookers& onlookers = listener_.onlookers();
  if (!onlookers.telemetry.wanted() && !onlookers.hooks.wanted_of_requests()) return;
  record_.emplace(onlookers, listener_.metrics(), request_id_, request_.method(), path(), protocol_);
}

void Answer::refuse(const Refusal& refusal) {
  if (!record_) take_notes();
  keep_alive_ = false;
  reply_error(make_error(refusal.status, std::string(refusal.reason)));
}

void Answer::begin(std::string&& body) {
  switch (endpoint_->answerer) {
    case Answerer::engine: pass_to_engine(std::move(body)); return;
    case Answerer::model_list: reply(200, model_list(entrance_.visible(listener_.engine().models()), protocol_)); return;
    case Answerer::model: show_model(); return;
    case Answerer::stored_response:
    case Answerer::stored_input:
    case Answerer::delete_response: show_stored(); return;
    case Answerer::health: reply(200, R"({"status":"ok",)" + listener_.engine().health_json().substr(1)); return;
    case Answerer::ready: {
      const std::string why_not = listener_.stopping() ? "the gateway is shutting down" : listener_.engine().not_ready();
      reply(why_not.empty() ? 200 : 503,
            json::serialize(why_not.empty() ? json::object{{"ready", true}} : json::object{{"ready", false}, {"reason", why_not}}));
      return;
    }
    case Answerer::metrics: reply(200, listener_.onlookers().page->text(), monitoring::PrometheusText::content_type); return;
  }
}

void Answer::pass_to_engine(std::string&& body) {
  const Headers& headers = request_.headers();
  if (const auto coding = headers.find("content-encoding")) {
    const std::uint64_t limit = policy_->settings.max_body_bytes;
    switch (decode_content(*coding, body, limit)) {
      case Decoded::ok: break;
      case Decoded::unknown_coding:
        return reply_error(
            make_error(415, "Content-Encoding '" + std::string(*coding) + "' is not understood; use gzip, deflate, br or zstd"));
      case Decoded::malformed:
        return reply_error(make_error(400, "the request body is not what Content-Encoding '" + std::string(*coding) + "' says"));
      case Decoded::too_large: return reply_error(make_error(413, "the decompressed request body is larger than [server] max_body_bytes"));
    }
  }
  if (const auto type = headers.find("content-type"); type && !is_json(*type))
    return reply_error(make_error(415, "Content-Type is '" + std::string(*type) + "', expected application/json"));
  if (!looks_like_an_object(body)) return reply_error(make_error(400, "the request body is not a JSON object", "invalid_json"));

  Request request;
  request.id = request_id_;
  request.protocol = protocol_;
  request.operation = endpoint_->operation;
  take_headers(request.headers);
  array_ = endpoint_->streaming == Streaming::yes && query_field(request_.target(), "alt") != "sse";
  if (protocol_ == protocols::openai_responses) {
    conversation_.emplace(listener_.responses());
    conversation_->expand(body);
  }
  RequestOutline outline = outline_of(body, protocol_);
  request.set_model(name_.empty() ? std::move(outline.model) : name_);
  request.set_stream(endpoint_->streaming == Streaming::by_body ? outline.stream : endpoint_->streaming == Streaming::yes);
  request.body = Document(std::move(body));
  if (record_) record_->complete(request, listener_.engine());
  entrance_.admit(
      std::move(request), outline.longest_output,
      [this](Request&& admitted, std::string&& limits) {
        limits_ = std::move(limits);
        pipeline::Worker& worker = record_ ? record_->watched(listener_.worker()) : listener_.worker();
        connection_ = listener_.engine().start(worker, std::move(admitted), *this);
      },
      [this](access::Refusal&& refusal) { turn_away(std::move(refusal)); });
}

void Answer::turn_away(access::Refusal&& refusal) {
  if (!refusal.limits.empty()) limits_ = std::move(refusal.limits);
  error(std::move(refusal.error));
}

bool Answer::permits(std::string_view route) {
  std::optional<access::Refusal> refusal = entrance_.refuse_route(route);
  if (refusal) turn_away(std::move(*refusal));
  return !refusal;
}

/// What was set before stays: CORS, and what a key has left, which is not what the provider's key has left.
void Answer::provider_headers(Headers&& headers) {
  for (const Header& header : headers) {
    const bool replaced = entrance_.key() != nullptr && is_of_limits(header.name);
    if (!extra_.contains(header.name) && !replaced) extra_.add(header.name, header.value);
  }
}

void Answer::take_headers(Headers& into) {
  into.reserve(request_.headers().size());
  for (const Header& header : request_.headers())
    if (!stays_here.contains(header.name)) into.add(header.name, header.value);
}

std::string Answer::caller() const {
  if (const access::VirtualKey* const key = entrance_.key()) return "key:" + key->name;
  return owner_.caller();
}

void Answer::abandon() {
  connection_.reset();
  entrance_.leave();
  settle(pipeline::Ending::abandoned);
  if (record_ && !finished_) record_->abandoned();
}

/// What was settled before stays so.
void Answer::settle(pipeline::Ending ending) {
  entrance_.settle(ending);
  if (record_ && !finished_) record_->cost(entrance_.cost(ending));
}

void Answer::resume() {
  if (connection_ && !finished_) connection_->resume();
}

void Answer::response(Response&& response) {
  std::string body = response.body.take_text();
  if (conversation_) conversation_->remember(body, policy_->settings.response_store_bytes);
  entrance_.response(body.size());
  settle(pipeline::Ending::complete);
  reply(200, std::move(body));
}

void Answer::event(Event&& event) {
  if (!streaming_) begin_stream();
  entrance_.event(event.name, event.data.text().size());
  send_event(event.name, event.data.text());
  if (conversation_ && (event.name == "response.completed" || event.name == "response.incomplete")) {
    JsonSkim skim(event.data.text());
    while (skim.next())
      if (skim.key() == "response") conversation_->remember(skim.value(), policy_->settings.response_store_bytes);
  }
}

void Answer::end() {
  if (!streaming_) begin_stream();
  settle(pipeline::Ending::complete);
  send_terminator();
  finish();
}

void Answer::send_terminator() {
  if (const std::string_view last = end_of_stream(protocol_); !last.empty()) outbox_.stream(last, !request_.http_1_0());
}

void Answer::error(Error&& error) {
  settle(pipeline::Ending::failed);
  if (!streaming_) {
    reply_error(std::move(error));
    return;
  }
  if (record_) record_->failed(error);
  if (array_) {
    send_event({}, error_body(error, protocol_));
  } else if (error.ending.empty()) {
    outbox_.stream(error_events(error, protocol_), !request_.http_1_0());
  } else {
    for (const EventText& event : error.ending) send_event(event.name, event.data);
    send_terminator();
  }
  finish();
}

void Answer::lost(Loss&& loss) {
  listener_.counters().losses.fetch_add(1, std::memory_order_relaxed);
  if (record_) record_->lost();
  if (losses_.size() + loss.what.size() > longest_report) return;
  if (!losses_.empty()) losses_ += ", ";
  for (const char c : loss.what) losses_ += c >= ' ' && c < 0x7f && c != ',' ? c : '_';
}

void Answer::keep_alive() {
  if (!streaming_ || array_) return;
  heard_ = true;
  outbox_.stream(comment, !request_.http_1_0());
}

void Answer::begin_stream() {
  streaming_ = true;
  if (request_.http_1_0()) keep_alive_ = false;  // its end is the end of the connection
  extra_.set("Cache-Control", "no-cache");
  if (!losses_.empty()) extra_.set("x-patchbay-fidelity", losses_);
  std::string head;
  write_head({.status = 200,
              .content_type = array_ ? std::string_view("application/json; charset=utf-8") : sse,
              .content_length = std::nullopt,
              .chunked = !request_.http_1_0(),
              .keep_alive = keep_alive_,
              .http_1_0 = request_.http_1_0(),
              .request_id = request_id_,
              .lines = limits_},
             extra_, head);
  listener_.counters().responses[2].fetch_add(1, std::memory_order_relaxed);
  outbox_.begin_stream(std::move(head));
  silence_.arm(policy_->settings.sse_keep_alive);
}

void Answer::send_event(std::string_view name, std::string_view data) {
  heard_ = true;
  frame_.clear();
  if (record_) record_->sent_event(name, data);
  if (array_) {  // Gemini's answer to who does not ask for server-sent events: one array whose elements arrive over time
    frame_.append(std::exchange(array_begun_, true) ? ",\r\n" : "[").append(data);
    outbox_.stream(frame_, !request_.http_1_0());
    return;
  }
  if (!name.empty()) frame_.append("event: ").append(name).append("\n");
  // JSON text is one line, but a stage may have written it prettily.
  for (;;) {
    const std::size_t end = data.find('\n');
    frame_.append("data: ").append(data.substr(0, end)).append("\n");
    if (end == std::string_view::npos) break;
    data.remove_prefix(end + 1);
  }
  frame_.append("\n");
  outbox_.stream(frame_, !request_.http_1_0());
}

void Answer::silence() {
  if (finished_) return;
  if (!heard_ && !array_) outbox_.stream(comment, !request_.http_1_0());
  heard_ = false;
  silence_.arm(policy_->settings.sse_keep_alive);
}

void Answer::finish() {
  finished_ = true;
  silence_.disarm();
  if (array_ && streaming_) outbox_.stream(array_begun_ ? "]" : "[]", !request_.http_1_0());
  if (streaming_ && !request_.http_1_0()) outbox_.end_chunks();
  if (record_) record_->streamed();
  owner_.answered(keep_alive_);
}

void Answer::reply(int status, std::string&& body, std::string_view content_type) {
  listener_.counters().responses[static_cast<std::size_t>(status / 100)].fetch_add(1, std::memory_order_relaxed);
  if (!losses_.empty()) extra_.set("x-patchbay-fidelity", losses_);
  std::string head;
  head.reserve(320);
  const bool empty = status == 204;
  write_head({.status = status,
              .content_type = empty ? std::string_view{} : content_type,
              .content_length = empty ? std::optional<std::uint64_t>{} : body.size(),
              .chunked = false,
              .keep_alive = keep_alive_,
              .http_1_0 = request_.http_1_0(),
              .request_id = request_id_,
              .lines = limits_},
             extra_, head);
  if (head_only_) body.clear();
  finished_ = true;
  if (record_) record_->answered(body, status);
  owner_.answered(keep_alive_);
  outbox_.send(std::move(head), std::move(body));
}

void Answer::reply_error(Error&& error) {
  if (record_) record_->failed(error);
  if (error.retry_after) extra_.set("Retry-After", std::to_string(error.retry_after->count()));
  reply(error.http_status(), error_body(error, protocol_));
}

void Answer::show_model() {
  for (const pipeline::ModelEntry& model : entrance_.visible(listener_.engine().models()))
    if (model.id == name_) return reply(200, model_text(model, protocol_));
  Error error = make_error(404, "the model '" + name_ + "' is not known here; GET /v1/models lists those that are", "model_not_found");
  error.param = "model";
  reply_error(std::move(error));
}

void Answer::show_stored() {
  const std::shared_ptr<const StoredResponse> stored = listener_.responses().find(name_);
  if (!stored)
    return reply_error(make_error(404, "no response '" + name_ + "' is kept here; the gateway keeps those that it made itself, for a while",
                                  "response_not_found"));
  if (endpoint_->answerer == Answerer::stored_input) return reply(200, input_list(*stored));
  if (endpoint_->answerer == Answerer::stored_response) return reply(200, std::string(stored->response));
  listener_.responses().erase(name_);
  reply(200, json::serialize(json::object{{"id", name_}, {"object", "response"}, {"deleted", true}}));
}

void Answer::add_cors_headers() {
  const std::vector<std::string>& origins = policy_->settings.cors_origins;
  if (origins.empty()) return;
  extra_.add("Vary", "Origin");
  const auto origin = request_.headers().find("origin");
  if (!origin) return;
  const bool any = std::find(origins.begin(), origins.end(), "*") != origins.end();
  if (!any && std::find(origins.begin(), origins.end(), *origin) == origins.end()) return;
  extra_.add("Access-Control-Allow-Origin", any ? std::string_view("*") : *origin);
  extra_.add("Access-Control-Expose-Headers", "x-request-id, x-patchbay-fidelity, retry-after");
}

void Answer::answer_preflight() {
  if (extra_.contains("Access-Control-Allow-Origin")) {
    extra_.add("Access-Control-Allow-Methods", "GET, POST, DELETE, HEAD, OPTIONS");
    const auto wanted = request_.headers().find("access-control-request-headers");
    extra_.add("Access-Control-Allow-Headers", wanted.value_or("authorization, content-type"));
    extra_.add("Access-Control-Max-Age", "600");
  }
  reply(204, {});
}

}  // namespace patchbay::server
