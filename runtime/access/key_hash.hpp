#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace patchbay::access {

/// SHA-256 of a key: all that is ever kept of it. A key has 32 random bytes, so nothing slower is needed.
using KeyHash = std::array<unsigned char, 32>;

[[nodiscard]] KeyHash hash_of(std::string_view key);

/// 64 hexadecimal digits, in lower case.
[[nodiscard]] std::string to_hex(const KeyHash& hash);

/// "sha256:" and 64 hexadecimal digits, and back. Zeros for a text that is none.
[[nodiscard]] std::string to_text(const KeyHash& hash);
[[nodiscard]] KeyHash parse_hash(std::string_view text);

/// A new key: "pb-" and 32 random bytes as Base64url. Throws std::runtime_error if the system has no randomness.
[[nodiscard]] std::string new_key();

/// For hash tables. What is hashed is random already, and nobody who presents keys can choose its bits at will.
struct HashOfHash {
  std::size_t operator()(const KeyHash& hash) const {
    std::size_t bits = 0;
    std::memcpy(&bits, hash.data(), sizeof bits);
    return bits;
  }
};

}  // namespace patchbay::access
