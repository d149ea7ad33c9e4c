#pragma once

#include <cstdint>

#include "patchbay/message.hpp"
#include "upstream/client.hpp"

namespace patchbay::pipeline {

/// Whose fault it is that an attempt failed: who rests, and whether another attempt can help.
enum class Fault : std::uint8_t {
  request,      ///< the request's: whoever is asked says the same; counted against nobody
  key,          ///< the key is spent for now: status 429
  refused_key,  ///< the provider does not take the key: status 401
  doubted_key,  ///< the provider refuses, which may mean the key or the request: status 403
  target,       ///< the provider or the way there: status 5xx, time-outs, broken connections
  host,         ///< a module, or the host: counted against neither, but another target may do
};

/// Of a call that failed on its way.
[[nodiscard]] Fault fault_of(upstream::FailureKind failure);

/// Of a refusal as its provider explains it.
[[nodiscard]] Fault fault_of(ErrorKind kind);

/// Hears of the provider itself, before the stages make something of what it said. [connection: one thread]
class ProviderWatch {
 public:
  /// The answer begins: what follows is more than a preamble.
  virtual void answering() = 0;
  /// The answer is complete. Follows `answering`.
  virtual void answered() = 0;
  /// The provider failed; the error enters the chain next. May come after `answering`, never after `answered`.
  virtual void failed(const Error& error, Fault fault) = 0;

 protected:
  ~ProviderWatch() = default;
};

}  // namespace patchbay::pipeline
