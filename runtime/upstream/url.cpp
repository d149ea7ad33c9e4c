#include "upstream/url.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "patchbay/headers.hpp"

namespace patchbay::upstream {

namespace {

// RFC 3986 section 2: unreserved, gen-delims, sub-delims, and the percent sign. Everything else must arrive percent-encoded.
constexpr std::array<bool, 256> make_url_characters() {
  std::array<bool, 256> allowed{};
  for (const char c : std::string_view("-._~:/?#[]@!$&'()*+,;=%")) allowed[static_cast<unsigned char>(c)] = true;
  for (int c = '0'; c <= '9'; ++c) allowed[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) allowed[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) allowed[static_cast<std::size_t>(c)] = true;
  return allowed;
}

constexpr auto url_characters = make_url_characters();

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Where the first of some characters stands; the end if none does.
std::size_t first_of(std::string_view text, auto... characters) {
  const auto is_one = [characters...](char c) { return ((c == characters) || ...); };
  return static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_one) - text.begin());
}

std::string parse_port(std::string_view text, std::uint16_t& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return "the port is not a number from 1 to 65535";
  return {};
}

}  // namespace

std::string parse_authority(std::string_view text, std::uint16_t default_port, Url& url) {
  url.port = default_port;
  url.ipv6 = text.starts_with('[');
  const std::size_t host_end = url.ipv6 ? text.find(']') : text.find(':');
  if (url.ipv6 && host_end == std::string_view::npos) return "the IPv6 address has no closing bracket";
  url.host = url.ipv6 ? text.substr(1, host_end - 1) : text.substr(0, host_end);
  if (url.host.empty()) return "the host is missing";
  if (first_of(url.host, '[', ']', '%') != url.host.size() ||
      (url.ipv6 && url.host.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos))
    return "the host is not a name or an IP address";

  const std::string_view rest = host_end == std::string_view::npos ? std::string_view() : text.substr(host_end + (url.ipv6 ? 1 : 0));
  if (rest.empty()) return {};
  if (rest.front() != ':') return "only a port may follow the host";
  return parse_port(rest.substr(1), url.port);
}

std::string parse_url(std::string_view text, Url& url) {
  const auto wrong = std::find_if(text.begin(), text.end(), [](char c) { return !url_characters[static_cast<unsigned char>(c)]; });
  if (wrong != text.end())
    return "byte " + std::to_string(wrong - text.begin()) + " of the URL must be percent-encoded (RFC 3986 section 2)";
  const std::size_t scheme_end = text.find("://");
  const std::string_view scheme = text.substr(0, scheme_end == std::string_view::npos ? 0 : scheme_end);
  url.tls = equals_ignoring_case(scheme, "https");
  if (!url.tls && !equals_ignoring_case(scheme, "http")) return "the URL must start with http:// or https://";

  const std::string_view rest = text.substr(scheme_end + 3);
  const std::size_t authority_end = first_of(rest, '/', '?', '#');
  const std::string_view authority = rest.substr(0, authority_end);
  url.target = rest.substr(authority_end);
  if (url.target.find('#') != std::string_view::npos) return "a URL to call has no fragment ('#')";
  if (authority.find('@') != std::string_view::npos) return "user and password belong into an Authorization header, not into the URL";
  return parse_authority(authority, url.tls ? 443 : 80, url);
}

void write_origin(const Url& url, std::string& to) {
  to.assign(url.tls ? "https://" : "http://");
  if (url.ipv6) to += '[';
  for (const char c : url.host) to += lower(c);
  if (url.ipv6) to += ']';
  char digits[6] = {':'};
  to.append(digits, std::to_chars(digits + 1, digits + sizeof digits, url.port).ptr);
}

}  // namespace patchbay::upstream
