#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "patchbay/headers.hpp"

namespace patchbay::server {

/// The key that a request presents: `Authorization: Bearer`, `x-api-key`, `api-key` or `x-goog-api-key`, or `key` in the query as Gemini's
/// clients may; empty if there is none.
[[nodiscard]] std::string presented_key(const Headers& headers, std::string_view target);

/// The keys that clients may present. Only their SHA-256 is kept. [thread-safe]
class ApiKeys {
 public:
  explicit ApiKeys(const std::vector<std::string>& keys);

  [[nodiscard]] bool required() const { return !hashes_.empty(); }

  /// Whether the request presents one of the keys. The time that this takes does not depend on the keys.
  [[nodiscard]] bool admits(const Headers& headers, std::string_view target) const;

 private:
  using Hash = std::array<unsigned char, 32>;
  std::vector<Hash> hashes_;
};

/// What sessions go by; immutable, replaced as a whole by a reload.
struct Policy {
  explicit Policy(const config::ServerSettings& settings) : settings(settings), keys(settings.api_keys) {}

  const config::ServerSettings settings;
  const ApiKeys keys;
};

/// Why the gateway must not listen like that: an address that others can reach, without keys and without leave. Empty if it may.
[[nodiscard]] std::string bind_objection(const config::ServerSettings& settings);

/// An address as the listener understands it. Throws std::invalid_argument with what is wrong and what is right.
struct ListenAddress {
  std::string host;  ///< a literal IPv4 or IPv6 address
  std::uint16_t port = 0;
};
[[nodiscard]] ListenAddress parse_listen(std::string_view listen);

}  // namespace patchbay::server
