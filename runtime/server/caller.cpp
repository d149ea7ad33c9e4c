#include "server/caller.hpp"

#include "access/key_hash.hpp"
#include "server/policy.hpp"

namespace patchbay::server {

namespace {

/// The headers that clients name their session with; the first one that is there counts.
constexpr std::string_view session_headers[] = {"x-session-id", "session-id", "session_id", "x-conversation-id", "conversation_id"};

constexpr std::size_t digits = 16;  // 64 bits are enough to tell callers apart, and too few to find a key by

}  // namespace

const std::string& CallerName::of(const Headers& headers, std::string_view target, std::string_view address) {
  if (const std::string key = presented_key(headers, target); !key.empty()) return digested("key:", key);
  for (const std::string_view name : session_headers)
    if (const auto session = headers.find(name); session && !session->empty()) return digested("session:", *session);
  kind_ = {};
  return name_.assign("address:").append(address);
}

const std::string& CallerName::digested(std::string_view kind, std::string_view text) {
  if (kind == kind_ && text == text_) return name_;
  kind_ = kind;
  text_ = text;
  return name_.assign(kind).append(access::to_hex(access::hash_of(text)), 0, digits);
}

}  // namespace patchbay::server
