#include "server/policy.hpp"

#include <openssl/crypto.h>

#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <stdexcept>

#include "server/endpoints.hpp"

namespace patchbay::server {

namespace {

constexpr std::string_view bearer = "bearer ";

}  // namespace

std::string presented_key(const Headers& headers, std::string_view target) {
  if (const auto value = headers.find("authorization"))
    if (value->size() > bearer.size() && equals_ignoring_case(value->substr(0, bearer.size()), bearer))
      return std::string(value->substr(bearer.size()));
  for (const std::string_view name : {"x-api-key", "api-key", "x-goog-api-key"})
    if (const auto value = headers.find(name)) return std::string(*value);
  return query_field(target, "key");
}

ApiKeys::ApiKeys(const std::vector<std::string>& keys) {
  for (const std::string& key : keys) hashes_.push_back(access::hash_of(key));
}

bool ApiKeys::admits(const access::KeyHash& presented) const {
  int admitted = 0;
  for (const access::KeyHash& hash : hashes_) admitted |= static_cast<int>(CRYPTO_memcmp(hash.data(), presented.data(), hash.size()) == 0);
  return admitted != 0;
}

ListenAddress parse_listen(std::string_view listen) {
  const std::string complaint = "listen address '" + std::string(listen) + "': write it like 127.0.0.1:8080 or [::1]:8080";
  const std::size_t colon = listen.rfind(':');
  if (colon == std::string_view::npos) throw std::invalid_argument(complaint);
  std::string_view host = listen.substr(0, colon);
  const std::string_view digits = listen.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  ListenAddress address{host == "localhost" ? "127.0.0.1" : std::string(host), 0};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  boost::system::error_code invalid;
  boost::asio::ip::make_address(address.host, invalid);
  if (error != std::errc() || end != digits.data() + digits.size() || invalid) throw std::invalid_argument(complaint);
  return address;
}

std::string bind_objection(const config::ServerSettings& settings, bool has_keys) {
  const ListenAddress address = parse_listen(settings.listen);
  if (has_keys || !settings.api_keys.empty() || settings.allow_unauthenticated || boost::asio::ip::make_address(address.host).is_loopback())
    return {};
  return "[server] listen = \"" + settings.listen +
         "\" can be reached from other machines, and there are no keys: anybody could spend yours. Set [server] api_keys or [[keys]], "
         "listen on "
         "127.0.0.1, or say allow_unauthenticated = true (--allow-unauthenticated)";
}

}  // namespace patchbay::server
