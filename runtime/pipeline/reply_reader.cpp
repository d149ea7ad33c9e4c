#include "pipeline/reply_reader.hpp"

#include <optional>

#include "patchbay/json_skim.hpp"
#include "plugins/barrier.hpp"

namespace patchbay::pipeline {

namespace {

constexpr std::size_t max_error_body = 1u << 20;
constexpr std::chrono::milliseconds linger_time{100};

/// Provider headers that a client may want to see: limits, processing times, its own request ids.
bool is_for_the_client(std::string_view name) {
  constexpr std::string_view beginnings[] = {"x-ratelimit-", "openai-", "anthropic-", "x-goog-", "x-ms-"};
  constexpr std::string_view initials = "xXoOaArR";  // most headers have another one
  if (name.empty() || initials.find(name.front()) == std::string_view::npos) return false;
  for (const std::string_view beginning : beginnings)
    if (name.size() > beginning.size() && equals_ignoring_case(name.substr(0, beginning.size()), beginning)) return true;
  return equals_ignoring_case(name, "retry-after");
}

ErrorKind kind_of(upstream::FailureKind failure) {
  switch (failure) {
    case upstream::FailureKind::connect_timeout:
    case upstream::FailureKind::first_byte_timeout:
    case upstream::FailureKind::idle_timeout:
    case upstream::FailureKind::total_timeout: return ErrorKind::timeout;
    case upstream::FailureKind::bad_url: return ErrorKind::internal;
    default: return ErrorKind::upstream;
  }
}

}  // namespace

ReplyReader::ReplyReader(net::DeadlineClock& clock, Client& client, StageChain& chain, Instance& instance, const Provider& provider,
                         const config::UpstreamSettings& limits, ProviderWatch& watch)
    : client_(client), chain_(chain), instance_(instance), provider_(provider), limits_(limits), watch_(watch), linger_(clock, [this] {
        finish_stream();
      }) {}

void ReplyReader::resume() {
  if (paused_ && call_ && chain_.unsent() <= low_water) {
    paused_ = false;
    call_->resume();
  }
}

void ReplyReader::head(int status, Headers&& headers) {
  status_ = status;
  if (observer_ != nullptr) observer_->replied(status, call_ ? call_->connecting() : std::chrono::nanoseconds::zero());
  Headers for_client;
  for (const Header& header : headers)
    if (is_for_the_client(header.name)) for_client.add(header.name, header.value);
  if (!for_client.empty()) client_.provider_headers(std::move(for_client));

  if (status >= 400 || status < 200) {
    mode_ = Mode::refused;
  } else {
    const Framing framing = upstream::resolve_framing(framing_, headers.find("content-type").value_or(std::string_view{}));
    decoder_ = upstream::make_frame_decoder(framing, limits_.max_reply_bytes);
    mode_ = decoder_ ? Mode::stream : Mode::whole;
  }
  headers_ = std::move(headers);
}

void ReplyReader::data(std::string_view bytes) {
  switch (mode_) {
    case Mode::waiting: return;
    case Mode::refused: body_.append(bytes.substr(0, max_error_body - std::min(max_error_body, body_.size()))); return;
    case Mode::whole:
      if (body_.size() + bytes.size() > limits_.max_reply_bytes) {
        fail(Fault::request, ErrorKind::upstream, "reply_too_large",
             "the provider's reply is larger than upstream.max_reply_bytes (" + std::to_string(limits_.max_reply_bytes) + ")");
        return;
      }
      body_.append(bytes);
      return;
    case Mode::stream:
      if (terminal_) return;
      judge(decoder_->feed(bytes, *this));
      if (call_ && chain_.unsent() >= high_water) {
        paused_ = true;
        call_->pause();
      }
  }
}

void ReplyReader::complete() {
  call_.reset();
  switch (mode_) {
    case Mode::waiting: return;
    case Mode::refused:
      if (keeps_usage_ != nullptr) tell_refused(*keeps_usage_, instance_, status_, body_);
      explain(status_, body_);
      return;
    case Mode::whole:
      if (!is_json_outline(body_)) {
        fail(Fault::target, ErrorKind::upstream, "malformed_reply", "the provider's reply is not JSON");
        return;
      }
      instance_.count_success();
      count({}, body_);
      watch_.answering();
      watch_.answered();
      chain_.right_end().response(Response{Document(std::move(body_))});
      return;
    case Mode::stream:
      if (!terminal_) judge(decoder_->finish(*this));
      finish_stream();
  }
}

void ReplyReader::failed(upstream::Failure&& failure) {
  call_.reset();
  if (terminal_) {
    finish_stream();
    return;
  }
  fail(fault_of(failure.kind), kind_of(failure.kind), std::string(name_of(failure.kind)), std::move(failure.message));
}

void ReplyReader::finish_stream() {
  linger_.disarm();
  if (chain_.finished()) return;
  if (terminal_ || answered_) {
    instance_.count_success();
    watch_.answering();
    watch_.answered();
    chain_.right_end().end();
    stop();
  } else {
    fail(Fault::target, ErrorKind::upstream, "truncated_stream", "the provider's stream ended before the answer was complete");
  }
}

void ReplyReader::event(std::string_view name, std::string_view data) {
  if (terminal_ || chain_.finished()) return;
  EventRole role = EventRole::content;
  if (const auto thrown = plugins::barrier([&] { role = provider_.role(name, data); })) {
    fail(Fault::host, ErrorKind::internal, "module_fault", "module " + instance_.key().type + " failed: " + *thrown);
    return;
  }
  if (role == EventRole::failure) {
    explain(200, data);
    return;
  }
  if (role != EventRole::terminator) {
    if (!is_json_outline(data)) {
      fail(Fault::target, ErrorKind::upstream, "malformed_event", "the provider's stream has an event that is not JSON");
      return;
    }
    count(name, data);
    if (role != EventRole::preamble)
      watch_.answering();
    else if (keeps_usage_ != nullptr && is_kept_back(*keeps_usage_, instance_, name, data))
      return;
    chain_.right_end().event(Event{std::string(name), Document(std::string(data))});
  }
  if (role == EventRole::finish) answered_ = true;
  if (role == EventRole::last || role == EventRole::terminator) {
    terminal_ = true;
    linger_.arm(linger_time);
  }
}

/// A module that cannot count has still answered.
void ReplyReader::count(std::string_view event_name, std::string_view data) {
  std::optional<Usage> usage;
  if (plugins::barrier([&] { usage = provider_.usage(event_name, data); })) {
    instance_.count_error();
  } else if (usage) {
    client_.used(*usage);
  }
}

void ReplyReader::comment() { client_.keep_alive(); }

void ReplyReader::judge(upstream::FrameStatus status) {
  if (status == upstream::FrameStatus::ok || terminal_ || chain_.finished()) return;
  // What is cut off after the answer was finished is no loss.
  if (status == upstream::FrameStatus::truncated && answered_) return;
  const char* const code = status == upstream::FrameStatus::too_large   ? "event_too_large"
                           : status == upstream::FrameStatus::truncated ? "truncated_stream"
                                                                        : "malformed_stream";
  fail(status == upstream::FrameStatus::too_large ? Fault::request : Fault::target, ErrorKind::upstream, code,
       "the provider's stream is broken: " + std::string(upstream::describe(status)));
}

void ReplyReader::explain(int status, std::string_view body) {
  Error error;
  if (const auto thrown = plugins::barrier([&] { error = provider_.explain(status, headers_, body); }))
    error = Error{.kind = ErrorKind::internal, .message = "module " + instance_.key().type + " failed: " + *thrown, .code = "module_fault"};
  if (error.source.empty()) error.source = instance_.key().type;
  if (error.http_status() >= 500) instance_.count_error();
  watch_.failed(error, fault_of(error.kind));
  chain_.fail(std::move(error));
  stop();
}

void ReplyReader::fail(Fault fault, ErrorKind kind, std::string code, std::string message) {
  instance_.count_error();
  Error error;
  error.kind = kind;
  error.code = std::move(code);
  error.message = std::move(message);
  error.source = instance_.key().type;
  watch_.failed(error, fault);
  chain_.fail(std::move(error));
  stop();
}

void ReplyReader::stop() {
  terminal_ = true;
  linger_.disarm();
  call_.reset();
}

}  // namespace patchbay::pipeline
