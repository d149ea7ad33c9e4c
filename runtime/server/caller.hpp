#pragma once

#include <string>
#include <string_view>

#include "patchbay/headers.hpp"

namespace patchbay::server {

/// A stable name of who asks, for decisions that are to be the same each time: `key:` and a digest of the presented key, else `session:`
/// and a digest of the session that the client names in its headers, else `address:` and where it comes from. Never the key itself.
/// One for each connection: who comes again over the same is known without a digest. [connection: one thread]
class CallerName {
 public:
  /// The name lives until the next call.
  [[nodiscard]] const std::string& of(const Headers& headers, std::string_view target, std::string_view address);

 private:
  const std::string& digested(std::string_view kind, std::string_view text);

  std::string_view kind_;
  std::string text_;  // what name_ is a digest of
  std::string name_;
};

}  // namespace patchbay::server
