#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <string>
#include <string_view>

#include "server/policy.hpp"

namespace patchbay::admin {

/// Where the admin API listens: "HOST:PORT", with "http://" or "https://" before it or not, or "unix:PATH".
struct EndpointAddress {
  std::string socket_path;  ///< empty for TCP
  boost::asio::generic::stream_protocol::endpoint endpoint;
};

/// Throws std::invalid_argument with what is wrong and what is right.
[[nodiscard]] EndpointAddress parse_address(std::string_view text);

/// The same of an address over TCP, by host and port.
[[nodiscard]] server::ListenAddress parse_tcp_address(std::string_view text);

}  // namespace patchbay::admin
