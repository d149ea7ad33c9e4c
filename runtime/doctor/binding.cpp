#include "doctor/binding.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>

#include "doctor/socket_owner.hpp"

namespace patchbay::doctor {

namespace asio = boost::asio;

boost::system::error_code try_to_bind(const asio::generic::stream_protocol::endpoint& endpoint) {
  asio::io_context io;
  asio::basic_socket_acceptor<asio::generic::stream_protocol> acceptor(io);
  boost::system::error_code failed;
  acceptor.open(endpoint.protocol(), failed);
  if (!failed) acceptor.set_option(asio::socket_base::reuse_address(true), failed);
  if (!failed) acceptor.bind(endpoint, failed);
  // Binding alone does not tell: an address that somebody listens on can be bound, and not listened on, if both wanted to share it.
  if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
  return failed;
}

Finding not_bound(const std::string& subject, const boost::system::error_code& error, const std::string& key) {
  std::string cure = "set " + key + " to another address";
  if (error == asio::error::access_denied)
    cure = "take a port from 1024 on, or let the service manager open it (deploy/README.md)";
  else if (error.value() == EADDRNOTAVAIL)
    cure = "set " + key + " to an address of this machine, 127.0.0.1 or 0.0.0.0; `ip address` lists them";
  return {Level::error, subject, "it cannot be listened on: " + error.message(), cure};
}

Finding taken(const std::string& subject, std::uint16_t port, const std::string& key) {
  const std::string owner = owner_of(port);
  return {Level::error, subject, "another program listens here" + (owner.empty() ? "" : ": " + owner),
          "stop it, or set " + key + " to another address"};
}

}  // namespace patchbay::doctor
