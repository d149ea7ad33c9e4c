#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace patchbay::upstream {

/// An HTTP proxy. https origins are reached through a CONNECT tunnel (RFC 9110 section 9.3.6), http origins by requests in
/// absolute form (RFC 9112 section 3.2.2).
struct Proxy {
  std::string host;
  std::uint16_t port = 0;
  std::string name;           ///< "host:port", for messages
  std::string authorization;  ///< the value of Proxy-Authorization; empty: none
};

/// Reads "http://[user:password@]host[:port]"; user and password may be percent-encoded. Throws SetupError. [init]
[[nodiscard]] Proxy parse_proxy(std::string_view url);

/// Which origins are reached through the proxy. [connection: one thread]
class ProxyRules {
 public:
  /// Throws SetupError. [init]
  explicit ProxyRules(const config::UpstreamSettings& settings);

  /// The proxy for a host, or null when it is reached directly. The pointer lives as long as this object.
  [[nodiscard]] const Proxy* proxy_for(std::string_view host) const;

 private:
  std::optional<Proxy> proxy_;
  std::vector<std::string> bypass_;
};

}  // namespace patchbay::upstream
