#include "server/caller.hpp"

#include <openssl/crypto.h>

#include "server/policy.hpp"

namespace patchbay::server {

namespace {

/// The headers that clients name their session with; the first one that is there counts.
constexpr std::string_view session_headers[] = {"x-session-id", "session-id", "session_id", "x-conversation-id", "conversation_id"};

constexpr std::size_t digits = 16;  // 64 bits are enough to tell callers apart, and too few to find a key by

/// In a time that does not tell where they differ: a proxy may send several clients over one connection.
bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

const access::KeyHash* Caller::key(const Headers& headers, std::string_view target) {
  const std::string presented = presented_key(headers, target);
  return presented.empty() ? nullptr : &digest(presented);
}

const std::string& Caller::name(const Headers& headers, std::string_view target, std::string_view address) {
  if (const access::KeyHash* const hash = key(headers, target)) return digested("key:", *hash);
  for (const std::string_view name : session_headers)
    if (const auto session = headers.find(name); session && !session->empty()) return digested("session:", digest(*session));
  kind_ = {};
  return name_.assign("address:").append(address);
}

const access::KeyHash& Caller::digest(std::string_view text) {
  if (!digest_ || !same_secret(text, text_)) {
    digest_ = access::hash_of(text);
    text_ = text;
    kind_ = {};
  }
  return *digest_;
}

const std::string& Caller::digested(std::string_view kind, const access::KeyHash& digest) {
  if (kind == kind_) return name_;
  kind_ = kind;
  return name_.assign(kind).append(access::to_hex(digest), 0, digits);
}

}  // namespace patchbay::server
