#include "upstream/connector.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

namespace patchbay::upstream {

using boost::asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t max_tunnel_reply = 16u << 10;

std::string to_string(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port());
}

// The status code of "HTTP/1.x NNN …", or 0.
int status_of(std::string_view head) {
  if (!head.starts_with("HTTP/1.") || head.size() < 12 || head[8] != ' ') return 0;
  int status = 0;
  for (const char c : head.substr(9, 3)) {
    if (c < '0' || c > '9') return 0;
    status = status * 10 + (c - '0');
  }
  return status;
}

}  // namespace

Connector::Connector(boost::asio::io_context& io, NameResolver& names, const Origin& origin, SSL_CTX* tls,
                     std::function<void(Outcome&&)> done)
    : origin_(origin), tls_(tls), done_(std::move(done)), names_(names), socket_(io) {}

std::string_view Connector::phase() const {
  switch (phase_) {
    case Phase::name: return "looking up the host name";
    case Phase::tcp: return "waiting for the TCP connection";
    case Phase::tunnel: return "waiting for the proxy's tunnel";
    case Phase::tls: return "waiting for the TLS handshake";
  }
  return {};
}

void Connector::start() {
  if (origin_.proxy != nullptr)
    resolve(origin_.proxy->host, origin_.proxy->port);
  else
    resolve(origin_.host, origin_.port);
}

void Connector::cancel() {
  done_ = nullptr;
  error_code ignored;
  socket_.close(ignored);
  if (wire_) wire_->close();
}

void Connector::resolve(const std::string& host, std::uint16_t port) {
  error_code not_literal;
  if (const auto address = boost::asio::ip::make_address(host, not_literal); !not_literal) {
    endpoints_.emplace_back(address, port);
    connect_next();
    return;
  }
  names_.look_up(host, port, [self = Self(this), host](const error_code& error, const NameResolver::Endpoints& found) {
    if (!self->done_) return;
    if (error) return self->fail(FailureKind::resolve, "cannot resolve host name '" + host + "': " + error.message());
    self->endpoints_ = found;
    self->connect_next();
  });
}

void Connector::connect_next() {
  phase_ = Phase::tcp;
  error_code ignored;
  socket_.close(ignored);
  socket_.async_connect(endpoints_[next_endpoint_++], [self = Self(this)](const error_code& error) {
    if (self->done_) self->on_connected(error);
  });
}

void Connector::on_connected(const error_code& error) {
  if (error && next_endpoint_ < endpoints_.size()) return connect_next();
  if (error) {
    const std::string to = (origin_.proxy != nullptr ? "proxy " : "") + to_string(endpoints_[next_endpoint_ - 1]);
    return fail(FailureKind::connect, "cannot connect to " + to + ": " + error.message());
  }
  wire_ = new Wire(std::move(socket_));
  wire_->listen(this);
  if (!origin_.tls) return succeed();
  if (origin_.proxy != nullptr) return ask_for_tunnel();
  wire_->start_tls(tls_, origin_.host);
  continue_handshake();
}

void Connector::ask_for_tunnel() {
  phase_ = Phase::tunnel;
  const std::string target = origin_.name.substr(origin_.name.find("//") + 2);
  unsent_ = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
  if (!origin_.proxy->authorization.empty()) unsent_ += "Proxy-Authorization: " + origin_.proxy->authorization + "\r\n";
  unsent_ += "\r\n";
  continue_tunnel();
}

void Connector::continue_tunnel() {
  while (!unsent_.empty()) {
    std::size_t count = 0;
    const Wire::Status status = wire_->write(unsent_, {}, count);
    if (status == Wire::Status::wants_room) return wire_->await_room();
    if (status == Wire::Status::failed) break;  // the reason, or an early refusal, is there to read
    unsent_.erase(0, count);
  }
  for (;;) {
    std::array<char, 1024> scratch;
    std::span<char> bytes;
    const Wire::Status status = wire_->read(scratch, bytes);
    if (status == Wire::Status::wants_bytes) return wire_->await_bytes();
    if (status != Wire::Status::done) {
      const std::string why = status == Wire::Status::closed ? "it closed the connection" : wire_->reason();
      return fail(FailureKind::proxy, "no tunnel through proxy " + origin_.proxy->name + ": " + why);
    }
    reply_.append(bytes.data(), bytes.size());
    if (const std::size_t end = reply_.find("\r\n\r\n"); end != std::string::npos)
      return judge_tunnel(std::string_view(reply_).substr(0, end + 4));
    if (reply_.size() > max_tunnel_reply)
      return fail(FailureKind::proxy, "no tunnel through proxy " + origin_.proxy->name + ": its reply has no end of headers");
  }
}

void Connector::judge_tunnel(std::string_view head) {
  const int status = status_of(head);
  if (status == 0) return fail(FailureKind::proxy, "no tunnel through proxy " + origin_.proxy->name + ": its reply is not HTTP");
  if (status / 100 != 2) {
    std::string message = "proxy " + origin_.proxy->name + " refused the tunnel with status " + std::to_string(status);
    if (status == 407) message += ": check user and password in [upstream] proxy";
    return fail(FailureKind::proxy, std::move(message));
  }
  // A TLS server never speaks first, so whatever follows the head was not sent by the origin.
  if (head.size() != reply_.size())
    return fail(FailureKind::proxy, "proxy " + origin_.proxy->name + " sent bytes before the tunnel was used");
  wire_->start_tls(tls_, origin_.host);
  continue_handshake();
}

void Connector::continue_handshake() {
  phase_ = Phase::tls;
  switch (wire_->handshake()) {
    case Wire::Status::done: return succeed();
    case Wire::Status::wants_bytes: return wire_->await_bytes();
    case Wire::Status::wants_room: return wire_->await_room();
    case Wire::Status::closed: return fail(FailureKind::tls, "TLS handshake failed: the server closed the connection");
    case Wire::Status::failed: return fail(FailureKind::tls, "TLS handshake failed: " + wire_->reason());
  }
}

void Connector::on_readable(Wire&) {
  const Self self(this);
  if (phase_ == Phase::tls)
    continue_handshake();
  else
    continue_tunnel();
}

void Connector::on_writable(Wire& wire) { on_readable(wire); }

void Connector::succeed() {
  wire_->listen(nullptr);
  auto done = std::exchange(done_, nullptr);
  done(std::move(wire_));
}

void Connector::fail(FailureKind kind, std::string message) {
  if (wire_) wire_->close();
  auto done = std::exchange(done_, nullptr);
  done(Failure{kind, origin_.name + ": " + std::move(message), true});
}

}  // namespace patchbay::upstream
