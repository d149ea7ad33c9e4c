#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "patchbay/message.hpp"

namespace patchbay::provider_kit {

/// What a provider shows of itself in every call, and what must never come back out of it: keys and headers. Immutable, so any thread may
/// use it at once.
class Account {
 public:
  struct Settings {
    std::span<const std::string> api_keys;
    std::string_view key_header;                        ///< the header that carries the key…
    std::string_view key_prefix;                        ///< …after this: "Bearer ", or nothing
    Headers fixed;                                      ///< what the API itself wants in every call
    const std::map<std::string, std::string>& headers;  ///< what the configuration adds, or puts in place of the fixed ones
  };

  /// Copies what it needs. [init]
  explicit Account(const Settings& settings);

  /// One for each key; their secrets are whole header values.
  [[nodiscard]] std::span<const Credential> credentials() const { return credentials_; }

  /// A POST of JSON with all headers, the chosen key among them. [request: concurrent]
  [[nodiscard]] HttpCall call(std::string url, const Credential& credential) const;

  /// A GET with the same headers, but for the body's type. [request: concurrent]
  [[nodiscard]] HttpCall get(std::string url, const Credential& credential) const;

  /// Takes keys, and headers that look like keys, out of an error. [request: concurrent]
  void scrub(Error& error) const;

 private:
  std::string key_header_;
  std::vector<Credential> credentials_;
  std::vector<std::string> secrets_;
  Headers headers_;
};

/// What an API would have answered, without asking it: a JSON body with that status.
[[nodiscard]] LocalAnswer local_answer(int status, std::string body);

}  // namespace patchbay::provider_kit
