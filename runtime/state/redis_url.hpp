#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace patchbay::state {

/// `redis://[USER:PASSWORD@]HOST[:PORT][/DB]`, percent-encoded where it has to be.
struct RedisUrl {
  std::string host;
  std::uint16_t port = 6379;
  std::string user;
  std::string password;
  unsigned database = 0;

  /// "HOST:PORT/DB": what may be shown.
  [[nodiscard]] std::string place() const;
};

/// Throws std::invalid_argument, without the password in its text.
[[nodiscard]] RedisUrl parse_redis_url(std::string_view url);

}  // namespace patchbay::state
