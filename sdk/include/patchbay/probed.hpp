#pragma once

#include <optional>

#include "patchbay/message.hpp"

namespace patchbay {

/// A Provider may be this as well: it knows a request that costs nothing and shows whether its API is well, for example the list of its
/// models. The host asks it for `[probe]` of the configuration; of a provider that is none it only tries whether it can connect.
///
///     class MyProvider final : public Provider, public Probed { … };
class Probed {
 public:
  /// A call whose reply has a status below 500 as long as the API is well; nothing if there is none as the module is configured. Made again
  /// and again, with each of the keys in turn; if the module runs in a process of its own without a key, whose secret is not to leave it.
  /// [init]
  [[nodiscard]] virtual std::optional<HttpCall> probe(const Credential& credential) const = 0;

 protected:
  ~Probed() = default;
};

}  // namespace patchbay
