#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "upstream/tls.hpp"

namespace patchbay::server {

/// The socket of a client, plain or with TLS on top. Plain costs one branch. TLS shakes hands with the first read. One read and one write
/// at a time; buffers must stay until their handler is called. [connection: one thread]
class ClientSocket final : private upstream::TlsSession::Transport {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Handler = std::function<void(const boost::system::error_code&, std::size_t)>;

  /// `context`: null for plain.
  ClientSocket(Socket socket, SSL_CTX* context);
  ClientSocket(const ClientSocket&) = delete;

  [[nodiscard]] Socket::executor_type get_executor() { return socket_.get_executor(); }
  [[nodiscard]] const Socket& socket() const { return socket_; }

  template <class ReadHandler>
  void async_read_some(boost::asio::mutable_buffer buffer, ReadHandler&& handler) {
    if (tls_)
      read_tls(buffer, std::forward<ReadHandler>(handler));
    else
      socket_.async_read_some(buffer, std::forward<ReadHandler>(handler));
  }

  template <std::size_t N, class WriteHandler>
  void async_write_some(const std::array<boost::asio::const_buffer, N>& buffers, WriteHandler&& handler) {
    if (tls_)
      write_tls(buffers, std::forward<WriteHandler>(handler));
    else
      socket_.async_write_some(buffers, std::forward<WriteHandler>(handler));
  }

  /// Nothing more will be sent.
  void shutdown_send();
  void close();

 private:
  enum class Direction { read, write };

  void read_tls(boost::asio::mutable_buffer buffer, Handler handler);
  template <std::size_t N>
  void write_tls(const std::array<boost::asio::const_buffer, N>& buffers, Handler handler) {
    record_.clear();
    for (const boost::asio::const_buffer& buffer : buffers) {
      const std::size_t size = std::min(buffer.size(), most_of_a_record - record_.size());
      record_.append(static_cast<const char*>(buffer.data()), size);
    }
    write_record(std::move(handler));
  }
  void write_record(Handler handler);
  /// Tries again when the socket is ready for what TLS waits for.
  void wait(upstream::TlsSession::Status status, std::function<void()> again, const Handler& handler);
  void finish(Handler handler, boost::system::error_code error, std::size_t count);

  std::ptrdiff_t receive(std::span<char> into) override;
  std::ptrdiff_t transmit(std::string_view bytes) override;

  static constexpr std::size_t most_of_a_record = 16u << 10;  // RFC 8446 section 5.1

  Socket socket_;
  std::optional<upstream::TlsSession> tls_;
  std::string record_;  // what is being written
};

}  // namespace patchbay::server
