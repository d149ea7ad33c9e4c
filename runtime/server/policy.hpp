#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "access/key_hash.hpp"
#include "config/settings.hpp"
#include "patchbay/headers.hpp"
#include "server/tls_context.hpp"

namespace patchbay::server {

/// The key that a request presents: `Authorization: Bearer`, `x-api-key`, `api-key` or `x-goog-api-key`, or `key` in the query as
/// Gemini's clients may. Empty if there is none.
[[nodiscard]] std::string presented_key(const Headers& headers, std::string_view target);

/// The keys that clients may present, and that have no limits. Only their SHA-256 is kept. [thread-safe]
class ApiKeys {
 public:
  explicit ApiKeys(const std::vector<std::string>& keys);

  [[nodiscard]] bool required() const { return !hashes_.empty(); }

  /// Whether a key is one of these. The time that this takes does not depend on the keys.
  [[nodiscard]] bool admits(const access::KeyHash& presented) const;
  /// Whether the request presents one of these.
  [[nodiscard]] bool admits(const Headers& headers, std::string_view target) const {
    return !required() || admits(access::hash_of(presented_key(headers, target)));
  }

 private:
  std::vector<access::KeyHash> hashes_;
};

/// What sessions go by; immutable, replaced as a whole by a reload.
struct Policy {
  Policy(const config::ServerSettings& settings, TlsContext tls) : settings(settings), keys(settings.api_keys), tls(std::move(tls)) {}

  const config::ServerSettings settings;
  const ApiKeys keys;
  const TlsContext tls;  ///< null: no TLS
};

/// Why the gateway must not listen like that: an address that others can reach, without keys and without leave. Empty if it may.
/// `has_keys`: of `[[keys]]`, or made at run time.
[[nodiscard]] std::string bind_objection(const config::ServerSettings& settings, bool has_keys = false);

/// An address as the listener understands it. Throws std::invalid_argument with what is wrong and what is right.
struct ListenAddress {
  std::string host;  ///< a literal IPv4 or IPv6 address
  std::uint16_t port = 0;
};
[[nodiscard]] ListenAddress parse_listen(std::string_view listen);

}  // namespace patchbay::server
