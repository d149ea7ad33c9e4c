#include "admin/endpoint_address.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <stdexcept>

namespace patchbay::admin {

EndpointAddress parse_address(std::string_view text) {
  constexpr std::string_view unix_prefix = "unix:";
  constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;
  EndpointAddress address;
  if (text.starts_with(unix_prefix)) {
    address.socket_path = text.substr(unix_prefix.size());
    if (address.socket_path.empty() || address.socket_path.size() > longest_path)
      throw std::invalid_argument("'" + std::string(text) + "' is not an address: unix: wants a path of 1 to " +
                                  std::to_string(longest_path) + " bytes");
    address.endpoint = boost::asio::local::stream_protocol::endpoint(address.socket_path);
    return address;
  }
  const server::ListenAddress parsed = parse_tcp_address(text);
  address.endpoint = boost::asio::ip::tcp::endpoint(boost::asio::ip::make_address(parsed.host), parsed.port);
  return address;
}

server::ListenAddress parse_tcp_address(std::string_view text) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (text.starts_with(scheme)) text.remove_prefix(scheme.size());
  if (text.ends_with('/')) text.remove_suffix(1);
  return server::parse_listen(text);
}

}  // namespace patchbay::admin
