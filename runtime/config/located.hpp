#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "patchbay/config.hpp"

namespace patchbay::config {

/// Where something stands in a file. Lines and columns count from one; zero means unknown.
struct Position {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// One thing that is wrong with a configuration file.
struct Diagnostic {
  Position at;
  std::string key;         ///< the offending key as a dotted path, for example `routes[2].modules[0].config.base_ulr`
  std::string message;     ///< what is wrong and what to do
  std::string suggestion;  ///< the nearest valid key or value; empty if none is near
  bool warning = false;    ///< does not keep the configuration from being used
};

/// "file:line:column: key: message (did you mean 'x'?)"
[[nodiscard]] std::string to_string(const Diagnostic& diagnostic);

/// A JSON value that knows where each part of it came from.
struct Located {
  boost::json::value value;
  Position at;
  std::map<std::string, Position, std::less<>> parts;  ///< JSON pointer → where it stands; the key's position for members

  /// The position of the part that a JSON pointer names, or of its nearest known ancestor.
  [[nodiscard]] Position find(std::string_view pointer) const;

  /// The part that a pointer names, as a value of its own; null if there is none.
  [[nodiscard]] Located part(std::string_view pointer) const;
};

/// `/routes/2/config` as `routes[2].config`.
[[nodiscard]] std::string key_of(std::string_view pointer);

/// A member's name as a token of a JSON pointer (RFC 6901 section 3).
[[nodiscard]] std::string pointer_token(std::string_view name);

/// What config::parse found wrong with a located value, told with positions. `key` is the dotted path of the value itself.
[[nodiscard]] std::vector<Diagnostic> diagnose(const std::vector<Fault>& faults, const Located& where, std::string_view key);

/// Reads a value into a described struct; nothing, and diagnostics, if it is faulty. `key` is where it stands.
template <class T>
[[nodiscard]] std::optional<T> read_as(const Located& where, const std::string& key, std::vector<Diagnostic>& diagnostics) {
  try {
    return parse<T>(where.value);
  } catch (const Error& error) {
    for (Diagnostic& one : diagnose(error.faults(), where, key)) diagnostics.push_back(std::move(one));
    return std::nullopt;
  }
}

}  // namespace patchbay::config
