#include "state/redis_url.hpp"

#include <charconv>
#include <stdexcept>

namespace patchbay::state {

namespace {

constexpr std::string_view scheme = "redis://";

[[noreturn]] void complain() { throw std::invalid_argument("[state] url: write it as redis://[USER:PASSWORD@]HOST[:PORT][/DB]"); }

template <class Number>
Number number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) complain();
  return value;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    if (text[i] != '%') {
      decoded += text[i];
    } else {
      if (i + 2 >= text.size() || std::from_chars(&text[i + 1], &text[i + 1] + 2, byte, 16).ptr != &text[i + 1] + 2) complain();
      decoded += static_cast<char>(byte);
      i += 2;
    }
  }
  return decoded;
}

}  // namespace

std::string RedisUrl::place() const { return host + ":" + std::to_string(port) + "/" + std::to_string(database); }

RedisUrl parse_redis_url(std::string_view url) {
  if (!url.starts_with(scheme)) complain();
  url.remove_prefix(scheme.size());
  RedisUrl result;
  if (const std::size_t slash = url.find('/', url.rfind('@') == std::string_view::npos ? 0 : url.rfind('@'));
      slash != std::string_view::npos) {
    if (slash + 1 < url.size()) result.database = number<unsigned>(url.substr(slash + 1));
    url = url.substr(0, slash);
  }
  if (const std::size_t at = url.rfind('@'); at != std::string_view::npos) {
    const std::string_view owner = url.substr(0, at);
    const std::size_t colon = owner.find(':');
    if (colon == std::string_view::npos) complain();
    result.user = percent_decoded(owner.substr(0, colon));
    result.password = percent_decoded(owner.substr(colon + 1));
    url.remove_prefix(at + 1);
  }
  if (const std::size_t colon = url.rfind(':'); colon != std::string_view::npos && url.find(']', colon) == std::string_view::npos) {
    result.port = number<std::uint16_t>(url.substr(colon + 1));
    url = url.substr(0, colon);
  }
  if (url.starts_with('[') && url.ends_with(']')) url = url.substr(1, url.size() - 2);
  result.host = url;
  if (result.host.empty() || result.port == 0) complain();
  return result;
}

}  // namespace patchbay::state
