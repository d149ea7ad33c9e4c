#include "upstream/proxy.hpp"

#include <openssl/evp.h>

#include "patchbay/headers.hpp"
#include "upstream/make_client.hpp"
#include "upstream/url.hpp"

namespace patchbay::upstream {

namespace {

[[noreturn]] void refuse(std::string_view why) {
  throw SetupError("[upstream] proxy: " + std::string(why) + "; write it as \"http://[user:password@]host:port\"");
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) refuse("a '%' in the user or password is not followed by two hexadecimal digits");
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock also writes a terminating zero
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

bool ends_with_ignoring_case(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && equals_ignoring_case(text.substr(text.size() - suffix.size()), suffix);
}

}  // namespace

Proxy parse_proxy(std::string_view url) {
  constexpr std::string_view scheme = "http://";
  if (url.size() < scheme.size() || !equals_ignoring_case(url.substr(0, scheme.size()), scheme))
    refuse("the scheme must be http (the tunnel through it still carries https)");
  std::string_view authority = url.substr(scheme.size());
  if (authority.ends_with('/')) authority.remove_suffix(1);

  Proxy proxy;
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view user_info = authority.substr(0, at);
    const std::size_t colon = user_info.find(':');
    const std::string user = percent_decode(user_info.substr(0, colon));
    const std::string password = colon == std::string_view::npos ? std::string() : percent_decode(user_info.substr(colon + 1));
    proxy.authorization = "Basic " + base64(user + ":" + password);
    authority.remove_prefix(at + 1);
  }
  Url parts;
  if (authority.find_first_of("/?# \t\r\n") != std::string_view::npos) refuse("nothing may follow the port");
  if (const std::string fault = parse_authority(authority, 80, parts); !fault.empty()) refuse(fault);
  proxy.host = parts.host;
  proxy.port = parts.port;
  proxy.name = (parts.ipv6 ? "[" + proxy.host + "]" : proxy.host) + ":" + std::to_string(proxy.port);
  return proxy;
}

ProxyRules::ProxyRules(const config::UpstreamSettings& settings) : bypass_(settings.no_proxy) {
  if (!settings.proxy.empty()) proxy_ = parse_proxy(settings.proxy);
}

const Proxy* ProxyRules::proxy_for(std::string_view host) const {
  if (!proxy_) return nullptr;
  for (const std::string& rule : bypass_) {
    const bool matches = rule == "*" || (rule.starts_with('.') ? ends_with_ignoring_case(host, rule) : equals_ignoring_case(host, rule));
    if (matches) return nullptr;
  }
  return &*proxy_;
}

}  // namespace patchbay::upstream
