#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <stdexcept>
#include <string>

#include "admin/admin_message.hpp"
#include "admin/endpoint_address.hpp"
#include "config/settings.hpp"
#include "server/policy.hpp"
#include "server/tls_context.hpp"

namespace patchbay::admin {

/// Why the admin API must not listen there; empty if it may. Throws std::invalid_argument for what is no address.
[[nodiscard]] std::string bind_objection(const config::AdminSettings& settings);

/// The HTTP listener of the admin API, over TCP, with TLS if it is configured, or a Unix socket that only this user may open (mode 0600).
/// [control thread]
class AdminServer {
 public:
  using Handler = std::function<void(AdminRequest, Respond)>;

  /// Binds and listens. Throws std::runtime_error naming the address and the cure.
  AdminServer(boost::asio::io_context& io, const config::AdminSettings& settings, Handler handler);
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;

  /// Takes over a certificate that was renewed; one that cannot be used is logged, and the one in force stays.
  void apply(const config::AdminSettings& settings);

  /// The address that is really bound, as a client takes it: "http://127.0.0.1:9090", "https://127.0.0.1:9090" or
  /// "unix:/run/patchbay.sock".
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  using Protocol = boost::asio::generic::stream_protocol;

  void accept();
  void serve(Protocol::socket socket);

  const server::ApiKeys token_;
  Handler handler_;
  server::TlsContext tls_;  // null: none
  boost::asio::basic_socket_acceptor<Protocol> acceptor_;
  EndpointAddress bound_;
  std::string address_;
};

}  // namespace patchbay::admin
