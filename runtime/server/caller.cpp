#include "server/caller.hpp"

#include <openssl/sha.h>

#include <array>

#include "server/policy.hpp"

namespace patchbay::server {

namespace {

/// The headers that clients name their session with; the first one that is there counts.
constexpr std::string_view session_headers[] = {"x-session-id", "session-id", "session_id", "x-conversation-id", "conversation_id"};

/// 64 bits are enough to tell callers apart, and too few to find a key by.
std::string digest_of(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr std::size_t bytes = 8;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  std::string digest;
  for (std::size_t i = 0; i < bytes; ++i) {
    digest += digits[hash[i] >> 4];
    digest += digits[hash[i] & 15];
  }
  return digest;
}

}  // namespace

std::string caller_name(const Headers& headers, std::string_view target, std::string_view address) {
  if (const std::string key = presented_key(headers, target); !key.empty()) return "key:" + digest_of(key);
  for (const std::string_view name : session_headers)
    if (const auto session = headers.find(name); session && !session->empty()) return "session:" + digest_of(*session);
  return "address:" + std::string(address);
}

}  // namespace patchbay::server
