#include "server/client_socket.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace patchbay::server {

namespace asio = boost::asio;
using upstream::TlsSession;

namespace {

constexpr std::size_t kept_capacity = 4u << 10;  // what an idle connection may hold on to

}  // namespace

ClientSocket::ClientSocket(Socket socket, SSL_CTX* context) : socket_(std::move(socket)) {
  if (context == nullptr) return;
  boost::system::error_code ignored;  // a socket that is broken already says so at its first use
  socket_.non_blocking(true, ignored);
  tls_.emplace(context, static_cast<TlsSession::Transport&>(*this));
}

void ClientSocket::read_tls(asio::mutable_buffer buffer, Handler handler) {
  std::size_t count = 0;
  const TlsSession::Status status = tls_->read({static_cast<char*>(buffer.data()), buffer.size()}, count);
  if (status == TlsSession::Status::done) return finish(std::move(handler), {}, count);
  if (status == TlsSession::Status::closed) return finish(std::move(handler), asio::error::eof, 0);
  wait(
      status, [this, buffer, handler] { read_tls(buffer, handler); }, handler);
}

void ClientSocket::write_record(Handler handler) {
  std::size_t count = 0;
  const TlsSession::Status status = tls_->write(record_, count);
  if (status == TlsSession::Status::done) {
    if (record_.capacity() > kept_capacity) record_ = std::string();
    return finish(std::move(handler), {}, count);
  }
  wait(
      status, [this, handler] { write_record(handler); }, handler);
}

void ClientSocket::wait(TlsSession::Status status, std::function<void()> again, const Handler& handler) {
  if (status != TlsSession::Status::wants_bytes && status != TlsSession::Status::wants_room)
    return finish(handler, asio::error::connection_reset, 0);
  const auto what = status == TlsSession::Status::wants_bytes ? Socket::wait_read : Socket::wait_write;
  socket_.async_wait(what, [this, again = std::move(again), handler](const boost::system::error_code& error) {
    if (error)
      handler(error, 0);
    else
      again();
  });
}

/// Never from within the call that asked: whoever asked is not ready for it.
void ClientSocket::finish(Handler handler, boost::system::error_code error, std::size_t count) {
  asio::post(socket_.get_executor(), [handler = std::move(handler), error, count] { handler(error, count); });
}

void ClientSocket::shutdown_send() {
  if (tls_) tls_->close();
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void ClientSocket::close() {
  if (tls_) tls_->close();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

std::ptrdiff_t ClientSocket::receive(std::span<char> into) {
  boost::system::error_code error;
  const std::size_t count = socket_.read_some(asio::buffer(into.data(), into.size()), error);
  if (!error) return static_cast<std::ptrdiff_t>(count);
  if (error == asio::error::would_block) return TlsSession::would_block;
  return error == asio::error::eof ? TlsSession::end : TlsSession::broken;
}

std::ptrdiff_t ClientSocket::transmit(std::string_view bytes) {
  boost::system::error_code error;
  const std::size_t count = socket_.write_some(asio::buffer(bytes.data(), bytes.size()), error);
  if (!error) return static_cast<std::ptrdiff_t>(count);
  return error == asio::error::would_block ? TlsSession::would_block : TlsSession::broken;
}

}  // namespace patchbay::server
