#pragma once

#include <cstdint>
#include <string>

#include "upstream/proxy.hpp"
#include "upstream/url.hpp"

namespace patchbay::upstream {

/// Where calls go: scheme, host and port (RFC 6454), and how to get there.
struct Origin {
  bool tls = false;
  std::string host;  ///< without brackets
  std::uint16_t port = 0;
  std::string name;         ///< "https://host:443", the key and the name in messages
  std::string host_header;  ///< the value of Host: the default port is left out (RFC 9110 section 4.2.3)
  const Proxy* proxy = nullptr;

  /// The proxy answers requests itself, in absolute form, instead of tunnelling bytes.
  [[nodiscard]] bool absolute_form() const { return proxy != nullptr && !tls; }
};

/// `name` is what `write_origin(url)` wrote.
[[nodiscard]] inline Origin make_origin(const Url& url, std::string name, const ProxyRules& rules) {
  Origin origin;
  origin.tls = url.tls;
  origin.host = url.host;
  origin.port = url.port;
  origin.host_header = name.substr(name.find("//") + 2);
  if (url.port == (url.tls ? 443 : 80)) origin.host_header.resize(origin.host_header.rfind(':'));
  origin.name = std::move(name);
  origin.proxy = rules.proxy_for(url.host);
  return origin;
}

}  // namespace patchbay::upstream
