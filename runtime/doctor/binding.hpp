#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/system/error_code.hpp>
#include <string>

#include "doctor/finding.hpp"

namespace patchbay::doctor {

/// Takes the address and gives it back at once: no error if nobody is there and we may.
[[nodiscard]] boost::system::error_code try_to_bind(const boost::asio::generic::stream_protocol::endpoint& endpoint);

/// Why an address cannot be taken, with the cure; `key` is where it is configured, "[server] listen".
[[nodiscard]] Finding not_bound(const std::string& subject, const boost::system::error_code& error, const std::string& key);

/// Somebody is there who does not answer as a Patchbay does.
[[nodiscard]] Finding taken(const std::string& subject, std::uint16_t port, const std::string& key);

}  // namespace patchbay::doctor
