#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "config/settings.hpp"
#include "patchbay/message.hpp"

namespace patchbay::upstream {

/// Why a call failed on its way; replies with an error status are not failures.
enum class FailureKind : std::uint8_t {
  bad_url,
  resolve,  ///< the host name has no address
  connect,  ///< refused, unreachable
  proxy,    ///< the proxy refused the tunnel
  tls,      ///< handshake or certificate
  connect_timeout,
  first_byte_timeout,
  idle_timeout,
  total_timeout,
  reset,      ///< the connection broke before the reply was complete
  malformed,  ///< the reply is not HTTP
  too_large,
};

[[nodiscard]] std::string_view name_of(FailureKind kind);

struct Failure {
  FailureKind kind;
  std::string message;       ///< names the origin and the reason; never a key
  bool replay_safe = false;  ///< nothing of the request reached the origin, as far as can be known
};

/// Receives what becomes of one call, on the thread that started it. [connection: one thread]
///
/// Never called from within `Client::start`. After `complete` or `failed` nothing more comes. It may destroy the Call from within any
/// of these.
class CallObserver {
 public:
  /// Status and headers are there (interim 1xx replies are swallowed).
  virtual void head(int status, Headers&& headers) = 0;
  /// A piece of the body, already de-chunked; the view lives until the call returns.
  virtual void data(std::string_view bytes) = 0;
  virtual void complete() = 0;
  virtual void failed(Failure&& failure) = 0;

 protected:
  ~CallObserver() = default;
};

/// A call in flight. Destroying it cancels it at once: the socket is closed unless the reply was complete. [connection: one thread]
class Call {
 public:
  virtual ~Call() = default;
  /// Stops reading from the socket (the idle time-out stops too) until `resume`. Data already read may still be delivered once.
  virtual void pause() = 0;
  virtual void resume() = 0;
  /// How long it took to make a connection; zero if one was there already, or none is there yet.
  [[nodiscard]] virtual std::chrono::nanoseconds connecting() const { return {}; }
};

/// HTTP/1.1 calls over pooled keep-alive connections; one object a thread. [connection: one thread]
class Client {
 public:
  virtual ~Client() = default;

  /// Starts a call. The observer must outlive the Call. A pooled socket that the origin had closed meanwhile is replaced by a fresh one,
  /// once and unnoticed, if no byte of a reply came.
  [[nodiscard]] virtual std::unique_ptr<Call> start(HttpCall&& call, const config::Timeouts& timeouts, CallObserver& observer) = 0;

  /// Closes idle sockets. Calls in flight go on.
  virtual void close_idle() = 0;
};

}  // namespace patchbay::upstream
