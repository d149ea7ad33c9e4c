#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/key_hash.hpp"
#include "patchbay/headers.hpp"

namespace patchbay::server {

/// Who asks over a connection. One for each: who comes again over the same one is known without a digest. [connection: one thread]
class Caller {
 public:
  /// The hash of the key that a request presents; null if it presents none. Lives until the next call.
  [[nodiscard]] const access::KeyHash* key(const Headers& headers, std::string_view target);

  /// A stable name, for decisions that are to be the same each time: `key:` and a digest of the presented key, else `session:` and a digest
  /// of the session that the client names in its headers, else `address:` and where it comes from. Never the key itself. Lives until the
  /// next call.
  [[nodiscard]] const std::string& name(const Headers& headers, std::string_view target, std::string_view address);

 private:
  const access::KeyHash& digest(std::string_view text);
  const std::string& digested(std::string_view kind, const access::KeyHash& digest);

  std::string text_;  // what digest_ is of, once there is one
  std::optional<access::KeyHash> digest_;
  std::string_view kind_;  // of name_, if it was made of digest_
  std::string name_;
};

}  // namespace patchbay::server
