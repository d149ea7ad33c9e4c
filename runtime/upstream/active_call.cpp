#include "upstream/active_call.hpp"

#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>
#include <cstring>

namespace patchbay::upstream {

namespace http = boost::beast::http;

namespace {

constexpr std::size_t max_carry = ReplyParser::max_header_bytes + 4096;
constexpr std::size_t fair_share = 256u << 10;  // bytes that one call reads before others get their turn

std::string milliseconds(std::chrono::milliseconds delay) { return std::to_string(delay.count()) + " ms"; }

}  // namespace

ActiveCall::ActiveCall(CallHome& home, IdleWires* idle, HttpCall&& call, std::string head, const config::Timeouts& timeouts,
                       CallObserver& observer)
    : home_(home),
      idle_(idle),
      call_(std::move(call)),
      head_(std::move(head)),
      timeouts_(timeouts),
      observer_(&observer),
      phase_deadline_(home.clock, [this] { on_phase_timeout(); }),
      total_deadline_(home.clock, [this] { on_total_timeout(); }) {}

void ActiveCall::start() {
  total_deadline_.arm(timeouts_.total);
  WirePtr wire = home_.take(*idle_);
  reused_ = wire != nullptr;
  if (reused_)
    use(std::move(wire));
  else
    connect();
}

void ActiveCall::fail_later(Failure failure) {
  boost::asio::post(home_.io, [self = Self(this), failure = std::move(failure)]() mutable {
    CallObserver* observer = std::exchange(self->observer_, nullptr);
    self->release();
    if (observer != nullptr) observer->failed(std::move(failure));
  });
}

void ActiveCall::cancel() {
  observer_ = nullptr;
  release();
}

void ActiveCall::release() {
  phase_ = Phase::over;
  phase_deadline_.disarm();
  total_deadline_.disarm();
  if (parser_) parser_->stop();
  if (connector_) connector_->cancel();
  connector_ = nullptr;
  if (wire_) wire_->close();
  wire_ = nullptr;
}

void ActiveCall::pause() {
  paused_ = true;
  if (phase_ == Phase::receiving) phase_deadline_.disarm();
}

void ActiveCall::resume() {
  if (!paused_) return;
  paused_ = false;
  if (phase_ == Phase::receiving) phase_deadline_.arm(timeouts_.idle);
  receive_later();
}

// ---- connection -------------------------------------------------------------------------------------------------------------------

void ActiveCall::connect() {
  phase_ = Phase::connecting;
  phase_deadline_.arm(timeouts_.connect);
  connector_ = new Connector(home_.io, home_.names, idle_->origin(), home_.tls, [this](Connector::Outcome&& outcome) {
    const Self self(this);
    connector_ = nullptr;
    if (auto* wire = std::get_if<WirePtr>(&outcome)) return use(std::move(*wire));
    auto& failure = std::get<Failure>(outcome);
    CallObserver* observer = std::exchange(observer_, nullptr);
    release();
    observer->failed(std::move(failure));
  });
  connector_->start();
}

void ActiveCall::use(WirePtr wire) {
  wire_ = std::move(wire);
  wire_->listen(this);
  start_parser();
  phase_ = Phase::sending;
  send();
}

// ---- request ----------------------------------------------------------------------------------------------------------------------

void ActiveCall::send() {
  const std::size_t size = head_.size() + call_.body.size();
  while (sent_ < size) {
    const std::string_view head = std::string_view(head_).substr(std::min(sent_, head_.size()));
    const std::string_view body = std::string_view(call_.body).substr(sent_ > head_.size() ? sent_ - head_.size() : 0);
    std::size_t count = 0;
    const Wire::Status status = wire_->write(head, body, count);
    sent_ += count;
    if (status == Wire::Status::wants_room) {
      if (phase_ == Phase::sending) phase_deadline_.arm(timeouts_.idle);
      wire_->await_room();
      break;
    }
    if (status == Wire::Status::wants_bytes) break;  // TLS renegotiates; on_readable goes on
    if (status != Wire::Status::done) {
      send_failed_ = true;  // the reason, or even a reply, is there to read
      break;
    }
  }
  if (phase_ == Phase::sending && (send_failed_ || sent_ == size)) await_reply();
  wire_->await_bytes();
}

void ActiveCall::await_reply() {
  phase_ = Phase::waiting;
  phase_deadline_.arm(timeouts_.first_byte);
}

void ActiveCall::on_writable(Wire&) {
  const Self self(this);
  if (sent_ < head_.size() + call_.body.size() && !send_failed_) send();
  if (wire_) receive_later();  // TLS may have wanted to write before it could read
}

// ---- reply ------------------------------------------------------------------------------------------------------------------------

void ActiveCall::start_parser() { parser_.emplace(static_cast<ReplyListener&>(*this), call_.method == "HEAD"); }

void ActiveCall::receive_later() {
  if (receive_posted_ || !wire_) return;
  receive_posted_ = true;
  boost::asio::post(home_.io, [self = Self(this)] {
    self->receive_posted_ = false;
    self->receive();
  });
}

void ActiveCall::on_readable(Wire&) {
  const Self self(this);
  if (paused_ && (phase_ == Phase::waiting || phase_ == Phase::receiving)) {
    phase_ = Phase::receiving;  // the reply is there; that nobody reads it is no fault of the origin
    return phase_deadline_.disarm();
  }
  receive();
  if (wire_ && !send_failed_ && sent_ < head_.size() + call_.body.size()) send();
}

void ActiveCall::receive() {
  const WirePtr wire = wire_;  // what is parsed may lie in its buffer, also after the observer cancelled
  for (std::size_t taken = 0; wire_ && !paused_;) {
    std::span<char> bytes;
    switch (wire_->read(home_.scratch, bytes)) {
      case Wire::Status::done: break;
      case Wire::Status::wants_bytes: return wire_->await_bytes();
      case Wire::Status::wants_room: return wire_->await_room();
      case Wire::Status::closed: return on_end();
      case Wire::Status::failed: return on_broken(wire_->reason());
    }
    taken += bytes.size();
    if (!feed(bytes)) return;
    if (taken >= fair_share) return receive_later();
  }
}

// Returns false when the call is over, also if it was cancelled meanwhile.
bool ActiveCall::feed(std::span<char> bytes) {
  replied_ = true;
  std::string_view text(bytes.data(), bytes.size());
  const bool in_front = carry_.size() <= Wire::headroom;
  if (!carry_.empty() && in_front) {
    char* front = bytes.data() - carry_.size();
    std::memcpy(front, carry_.data(), carry_.size());
    text = {front, carry_.size() + bytes.size()};
  } else if (!carry_.empty()) {
    text = carry_.append(text);
  }
  if (!parse(text)) return false;

  if (in_front)
    carry_.assign(text);
  else
    carry_.erase(0, carry_.size() - text.size());
  if (carry_.size() > max_carry) {
    give_up(FailureKind::too_large,
            "the reply's headers or chunk headers exceed " + std::to_string(ReplyParser::max_header_bytes) + " bytes");
    return false;
  }
  if (parser_->got_some() && phase_ != Phase::receiving) phase_ = Phase::receiving;
  if (phase_ == Phase::receiving && !paused_) phase_deadline_.arm(timeouts_.idle);
  return true;
}

// Consumes what can be read by itself. Returns false when the call is over.
bool ActiveCall::parse(std::string_view& bytes) {
  while (!bytes.empty()) {
    boost::system::error_code error;
    const std::size_t used = parser_->put({bytes.data(), bytes.size()}, error);
    if (observer_ == nullptr) return false;
    bytes.remove_prefix(used);
    if (proxy_refused_) {
      give_up(FailureKind::proxy,
              "proxy " + idle_->origin().proxy->name + " refused the request with status 407: check user and password in [upstream] proxy");
      return false;
    }
    if (error == http::error::need_more) return true;
    if (error) {
      fail_as_unreadable(error);
      return false;
    }
    if (!parser_->is_done()) continue;
    if (!parser_->interim()) {
      complete(bytes.empty());
      return false;
    }
    if (parser_->status() == 101) {
      give_up(FailureKind::malformed, "the reply switches protocols (status 101), which nobody asked for");
      return false;
    }
    start_parser();
    if (phase_ != Phase::sending) await_reply();
  }
  return true;
}

void ActiveCall::fail_as_unreadable(const boost::system::error_code& error) {
  if (error == http::error::header_limit)
    give_up(FailureKind::too_large, "the reply's headers exceed " + std::to_string(ReplyParser::max_header_bytes) + " bytes");
  else
    give_up(FailureKind::malformed, "the reply is not HTTP/1.1: " + error.message());
}

void ActiveCall::on_head(int status, Headers&& headers) {
  if (status == 407 && idle_->origin().absolute_form()) {
    proxy_refused_ = true;
    parser_->stop();
    return;
  }
  observer_->head(status, std::move(headers));
}

void ActiveCall::on_body(std::string_view bytes) { observer_->data(bytes); }

// ---- the end ----------------------------------------------------------------------------------------------------------------------

void ActiveCall::complete(bool reusable) {
  const bool sent = sent_ == head_.size() + call_.body.size();
  WirePtr wire = std::move(wire_);
  const bool kept = reusable && sent && parser_->keep_alive();
  CallObserver* observer = std::exchange(observer_, nullptr);
  release();
  if (kept)
    home_.give_back(*idle_, std::move(wire));
  else
    wire->close();
  observer->complete();
}

void ActiveCall::on_end() {
  if (parser_->got_some() && parser_->is_header_done() && parser_->need_eof()) return complete(false);
  on_broken("the connection was closed");
}

void ActiveCall::on_broken(const std::string& why) {
  if (reused_ && !replied_) {
    // The origin had closed the kept-alive connection before it could see this request: the race that every keep-alive client has.
    reused_ = false;
    send_failed_ = false;
    sent_ = 0;
    wire_->close();
    wire_ = nullptr;
    return connect();
  }
  give_up(FailureKind::reset, why + " " + missing());
}

std::string ActiveCall::missing() const {
  if (!replied_) return sent_ < head_.size() + call_.body.size() ? "before the request was sent" : "before a reply came";
  if (!parser_->is_header_done()) return "within the reply's headers";
  const std::string received = "after " + std::to_string(parser_->body_bytes());
  if (const auto length = parser_->content_length()) return received + " of " + std::to_string(*length) + " bytes of the reply's body";
  if (parser_->chunked()) return received + " bytes of the reply's body, before its last chunk";
  return received + " bytes of the reply's body";
}

void ActiveCall::give_up(FailureKind kind, std::string message) {
  const bool untouched = sent_ == 0 || kind == FailureKind::proxy;  // the proxy kept the request to itself
  Failure failure{kind, idle_->origin().name + ": " + std::move(message), untouched};
  CallObserver* observer = std::exchange(observer_, nullptr);
  release();
  if (observer != nullptr) observer->failed(std::move(failure));
}

void ActiveCall::on_phase_timeout() {
  const Self self(this);
  switch (phase_) {
    case Phase::connecting:
      return give_up(FailureKind::connect_timeout,
                     "no connection within " + milliseconds(timeouts_.connect) + " (" + std::string(connector_->phase()) + ")");
    case Phase::sending: return give_up(FailureKind::idle_timeout, "took no byte of the request for " + milliseconds(timeouts_.idle));
    case Phase::waiting: return give_up(FailureKind::first_byte_timeout, "no reply within " + milliseconds(timeouts_.first_byte));
    case Phase::receiving: return give_up(FailureKind::idle_timeout, "the reply paused for more than " + milliseconds(timeouts_.idle));
    case Phase::over: return;
  }
}

void ActiveCall::on_total_timeout() {
  const Self self(this);
  give_up(FailureKind::total_timeout, "the call took longer than " + milliseconds(timeouts_.total));
}

}  // namespace patchbay::upstream
