#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace patchbay::upstream {

/// The parts of an absolute http or https URL that a call needs, as views into its text.
struct Url {
  bool tls = false;
  std::string_view host;    ///< without the brackets of an IPv6 literal
  bool ipv6 = false;        ///< the host was written in brackets
  std::uint16_t port = 0;   ///< never zero after a successful parse
  std::string_view target;  ///< path and query; empty or starting with '?' when the path is empty
};

/// Splits a URL (RFC 3986 section 3, RFC 9110 section 4.2). Returns what is wrong, or an empty string. The text never repeats the URL,
/// because a query may hold a key.
[[nodiscard]] std::string parse_url(std::string_view text, Url& url);

/// Splits "host", "host:port", "[v6]" or "[v6]:port". Returns what is wrong, or an empty string.
[[nodiscard]] std::string parse_authority(std::string_view text, std::uint16_t default_port, Url& url);

/// Writes "scheme://host:port" in lower case and with the port always there, so that equal origins have equal names.
void write_origin(const Url& url, std::string& to);

}  // namespace patchbay::upstream
