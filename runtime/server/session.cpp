#include "server/session.hpp"

#include <algorithm>

#include "server/listener.hpp"

namespace patchbay::server {

namespace asio = boost::asio;

namespace {

constexpr std::string_view end_of_head = "\r\n\r\n";
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::size_t room_to_grow = 64;                   // a body that gets one more member on its way does not have to be copied for it
constexpr std::size_t first_body_allocation = 256u << 10;  // a Content-Length is believed only so far before the bytes come
constexpr std::size_t most_read_ahead = 64u << 10;
constexpr std::chrono::milliseconds linger_time{2'000};

}  // namespace

void Session::Input::use(std::size_t size) {
  begin_ += size;
  if (begin_ == end_) begin_ = end_ = 0;
}

asio::mutable_buffer Session::Input::room() { return {data_.data() + end_, data_.size() - end_}; }

bool Session::Input::grow(std::size_t limit) {
  if (begin_ > 0) {
    data_.erase(0, begin_).append(begin_, '\0');
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == data_.size()) {
    if (data_.size() >= limit) return false;
    data_.resize(std::min(limit, data_.size() * 4));
  }
  return true;
}

Session::Session(Listener& listener, asio::ip::tcp::socket socket)
    : listener_(listener),
      socket_(std::move(socket), listener.policy()->tls.get()),
      outbox_(socket_, listener.worker().deadlines, *this),
      deadline_(listener.worker().deadlines, [this] { timed_out(); }) {}

Session::~Session() {
  unlink();
  if (orphaned_) return;
  listener_.counters().open.fetch_sub(1, std::memory_order_relaxed);
  listener_.session_ended();
}

void Session::start() {
  deadline_.arm(listener_.policy()->settings.header_timeout);
  read();
}

void Session::close_when_idle() {
  if (state_ == State::head && input_.unread().empty() && outbox_.empty()) {
    close();
    return;
  }
  close_after_ = true;
  if (answer_) answer_->last_of_connection();
}

void Session::close() {
  if (state_ == State::closed) return;
  const auto self = weak_from_this().lock();  // closing ends the last operations, and with them the last owner
  if (state_ == State::answering && !answer_complete_) listener_.counters().abandoned.fetch_add(1, std::memory_order_relaxed);
  state_ = State::closed;
  deadline_.disarm();
  if (answer_) answer_->abandon();
  socket_.close();
}

void Session::orphan() {
  const auto self = shared_from_this();
  close();
  answer_.reset();
  orphaned_ = true;
  unlink();
}

void Session::broken() { close(); }

void Session::read() {
  if (reading_ || state_ == State::closed) return;
  asio::mutable_buffer room;
  if (state_ == State::body && !request_->chunked() && input_.unread().empty()) {
    room = {body_.data() + body_filled_, body_.size() - body_filled_};
  } else {
    const std::size_t limit = state_ == State::head ? listener_.policy()->settings.max_header_bytes : most_read_ahead;
    if (!input_.grow(limit) || input_.room().size() == 0) return;  // enough read ahead; what follows can wait in the socket
    room = input_.room();
  }
  reading_ = true;
  socket_.async_read_some(room, [self = shared_from_this(), into_body = room.data() != input_.room().data()](
                                    const boost::system::error_code& error, std::size_t size) {
    self->reading_ = false;
    if (self->state_ == State::closed) return;
    if (!error && into_body)
      self->body_filled_ += size;
    else if (!error)
      self->input_.add(size);
    self->on_read(error, size);
  });
}

void Session::on_read(const boost::system::error_code& error, std::size_t) {
  if (error) {
    // Also a client that only shut its sending side down: nobody who waits for an answer does that.
    close();
    return;
  }
  if (state_ == State::lingering) input_.use(input_.unread().size());
  advance();
  read();
}

void Session::advance() {
  if (advancing_) return;
  advancing_ = true;
  for (State before = State::closed; before != state_;) {
    before = state_;
    if (state_ == State::head && !input_.unread().empty()) read_head();
    if (state_ == State::body) request_->chunked() ? read_chunks() : read_fixed_body();
  }
  advancing_ = false;
}

void Session::read_head() {
  std::string_view unread = input_.unread();
  while (unread.starts_with("\r\n")) {  // some clients send an empty line after a body (RFC 9112 section 2.2)
    input_.use(2);
    unread = input_.unread();
  }
  if (unread.empty()) return;
  const config::ServerSettings& settings = listener_.policy()->settings;
  if (!request_) {
    request_.emplace(settings.max_header_bytes);
    deadline_.arm(settings.header_timeout);
  }
  const std::size_t end = unread.find(end_of_head);
  const std::string_view head = unread.substr(0, end == std::string_view::npos ? end : end + end_of_head.size());
  if (const Refusal refusal = judge_lines(head); refusal.status != 0) {
    refuse(refusal);
  } else if (head.size() > settings.max_header_bytes || (end == std::string_view::npos && head.size() >= settings.max_header_bytes)) {
    refuse({431, "the headers are larger than [server] max_header_bytes"});
  } else if (end != std::string_view::npos) {
    const Refusal refusal = request_->parse_head(head);
    input_.use(head.size());
    if (refusal.status != 0)
      refuse(refusal);
    else
      begin_body();
  }
}

void Session::begin_body() {
  const config::ServerSettings& settings = listener_.policy()->settings;
  listener_.counters().requests.fetch_add(1, std::memory_order_relaxed);
  answer_.emplace(listener_, outbox_, static_cast<Answer::Owner&>(*this), *request_);
  answer_complete_ = false;
  const bool has_body = request_->chunked() || request_->content_length() > 0;
  if (close_after_ || listener_.stopping()) answer_->last_of_connection();
  state_ = State::answering;
  if (answer_->answer_early(has_body)) return;
  if (request_->content_length() > settings.max_body_bytes) {
    refuse({413, "the request body is larger than [server] max_body_bytes"});
    return;
  }
  if (const auto expect = request_->headers().find("expect")) {
    if (!equals_ignoring_case(*expect, "100-continue")) {
      refuse({417, "the only expectation that is met here is 100-continue"});
      return;
    }
    if (has_body && input_.unread().empty()) outbox_.send(std::string(go_on), {});
  }
  state_ = State::body;
  deadline_.arm(settings.body_timeout);
  body_.clear();
  body_filled_ = 0;
  if (request_->chunked()) return;
  const std::size_t first = std::min<std::uint64_t>(request_->content_length(), first_body_allocation);
  body_.reserve(first + room_to_grow);
  body_.resize(first);
}

void Session::read_fixed_body() {
  const std::uint64_t length = request_->content_length();
  const std::string_view unread = input_.unread();
  const std::size_t taken = std::min<std::uint64_t>(unread.size(), length - body_filled_);
  if (taken > 0) {
    if (body_.size() < body_filled_ + taken) body_.resize(body_filled_ + taken);
    std::copy_n(unread.data(), taken, body_.data() + body_filled_);
    body_filled_ += taken;
    input_.use(taken);
  }
  if (body_filled_ == length)
    answer();
  else if (body_filled_ == body_.size())
    body_.resize(std::min<std::uint64_t>(length, body_.size() * 2));
}

void Session::read_chunks() {
  Refusal refusal;
  input_.use(request_->parse_chunks(input_.unread(), body_, listener_.policy()->settings.max_body_bytes, refusal));
  if (refusal.status != 0)
    refuse(refusal);
  else if (request_->body_done())
    answer();
}

void Session::answer() {
  deadline_.disarm();
  state_ = State::answering;
  answer_->begin(std::move(body_));
}

void Session::refuse(const Refusal& refusal) {
  deadline_.disarm();
  if (!request_) request_.emplace(listener_.policy()->settings.max_header_bytes);
  if (!answer_) answer_.emplace(listener_, outbox_, static_cast<Answer::Owner&>(*this), *request_);
  state_ = State::answering;
  answer_complete_ = false;
  answer_->refuse(refusal);
}

void Session::answered(bool keep_alive) {
  answer_complete_ = true;
  close_after_ = close_after_ || !keep_alive;
}

const access::KeyHash* Session::key() { return caller_.key(request_->headers(), request_->target()); }

const std::string& Session::caller() {
  if (!peer_) {
    boost::system::error_code gone;
    const asio::ip::tcp::endpoint endpoint = socket_.socket().remote_endpoint(gone);
    peer_ = gone ? std::string() : endpoint.address().to_string();
  }
  return caller_.name(request_->headers(), request_->target(), *peer_);
}

void Session::drained() {
  if (state_ != State::answering) return;
  if (answer_complete_ && outbox_.empty())
    next_request();
  else if (outbox_.unsent() <= pipeline::low_water)
    answer_->resume();
}

void Session::next_request() {
  answer_.reset();
  request_.reset();
  if (close_after_ || listener_.stopping()) {
    linger();
    return;
  }
  state_ = State::head;
  deadline_.arm(listener_.policy()->settings.keep_alive_timeout);
  advance();
  read();
}

/// Closing a socket with unread bytes resets it, and the client may lose the answer: let it see the end first (RFC 9112 section 9.6).
void Session::linger() {
  state_ = State::lingering;
  socket_.shutdown_send();
  input_.use(input_.unread().size());
  deadline_.arm(linger_time);
  read();
}

void Session::timed_out() {
  const auto self = shared_from_this();
  if (state_ == State::head && request_)
    refuse({408, "the request's headers did not arrive in time"});
  else if (state_ == State::body)
    refuse({408, "the request's body did not arrive in time"});
  else
    close();
}

}  // namespace patchbay::server
