#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "upstream/client.hpp"
#include "upstream/name_resolver.hpp"
#include "upstream/origin.hpp"
#include "upstream/wire.hpp"

namespace patchbay::upstream {

/// Makes one connection to an origin: name, TCP (every address in turn), proxy tunnel, TLS. It has no time-out of its own: whoever waits
/// gives up with `cancel`. [connection: one thread]
class Connector final : public boost::intrusive_ref_counter<Connector, boost::thread_unsafe_counter>, private WireListener {
 public:
  using Outcome = std::variant<WirePtr, Failure>;

  /// `names`, `origin` and `tls` must outlive the connector's work, that is, until `done` was called or `cancel`.
  Connector(boost::asio::io_context& io, NameResolver& names, const Origin& origin, SSL_CTX* tls, std::function<void(Outcome&&)> done);

  /// `done` is called once, never from within this call.
  void start();
  /// Closes what is open; `done` will not be called.
  void cancel();
  /// What it is waiting for, for the message of a time-out.
  [[nodiscard]] std::string_view phase() const;

 private:
  enum class Phase { name, tcp, tunnel, tls };
  using Self = boost::intrusive_ptr<Connector>;

  void on_readable(Wire& wire) override;
  void on_writable(Wire& wire) override;

  void resolve(const std::string& host, std::uint16_t port);
  void connect_next();
  void on_connected(const boost::system::error_code& error);
  void ask_for_tunnel();
  void continue_tunnel();
  void judge_tunnel(std::string_view head);
  void continue_handshake();
  void succeed();
  void fail(FailureKind kind, std::string message);

  const Origin& origin_;
  SSL_CTX* tls_;
  std::function<void(Outcome&&)> done_;  // empty once it was called or cancelled
  NameResolver& names_;
  Socket socket_;
  WirePtr wire_;
  std::vector<boost::asio::ip::tcp::endpoint> endpoints_;
  std::size_t next_endpoint_ = 0;
  std::string unsent_;  // of the CONNECT request
  std::string reply_;   // to the CONNECT request
  Phase phase_ = Phase::name;
};

}  // namespace patchbay::upstream
