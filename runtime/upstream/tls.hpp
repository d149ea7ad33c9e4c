#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace patchbay::upstream {

/// One side of a TLS connection over bytes that somebody else carries. Driven by OpenSSL directly rather than by
/// asio::ssl::stream, which holds 34 KiB of buffers a connection, also while it idles. [connection: one thread]
class TlsSession {
 public:
  /// The socket below, as OpenSSL's BIO needs it: the number of bytes, or one of these.
  static constexpr std::ptrdiff_t end = 0;
  static constexpr std::ptrdiff_t would_block = -1;
  static constexpr std::ptrdiff_t broken = -2;

  class Transport {
   public:
    virtual std::ptrdiff_t receive(std::span<char> into) = 0;
    virtual std::ptrdiff_t transmit(std::string_view bytes) = 0;

   protected:
    ~Transport() = default;
  };

  enum class Status { done, wants_bytes, wants_room, closed, failed };

  /// `host` is a name or an IP literal; the peer's certificate must be made out to it (RFC 6125). The transport must outlive the session.
  TlsSession(SSL_CTX* context, Transport& transport, const std::string& host);

  /// The server's side; shakes hands with the first read or write.
  TlsSession(SSL_CTX* context, Transport& transport);

  [[nodiscard]] Status handshake();
  /// `closed` means that the peer closed in order (close_notify); a connection that just ends is `failed`.
  [[nodiscard]] Status read(std::span<char> into, std::size_t& count);
  [[nodiscard]] Status write(std::string_view bytes, std::size_t& count);
  /// Says good-bye (close_notify) if that is possible without waiting.
  void close();

  /// Why the last operation failed, and what to do about it where that is known.
  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  Status judge(int result);
  [[nodiscard]] std::string explain(int error) const;

  struct Free {
    void operator()(SSL* session) const { SSL_free(session); }
  };

  Transport& transport_;
  std::unique_ptr<SSL, Free> ssl_;
  std::string reason_;
  bool usable_ = true;
};

}  // namespace patchbay::upstream
