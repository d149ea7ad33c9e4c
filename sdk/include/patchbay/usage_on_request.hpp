#pragma once

#include <string_view>

#include "patchbay/message.hpp"

namespace patchbay {

/// A Provider may be this as well: its API says what a stream has cost only to those who ask for it. The host then asks in the place of a
/// client that did not, counts what it is told (`Provider::usage`), and keeps from the client what that client did not ask for.
///
///     class MyProvider final : public Provider, public UsageOnRequest { … };
class UsageOnRequest {
 public:
  /// Changes the described call of a streamed request so that the stream says what it has cost. True if the call did not ask for that
  /// before; false, and the call as it was, if it did, or if this API is not to be asked. [request: concurrent]
  [[nodiscard]] virtual bool ask_for_usage(HttpCall& call) const = 0;

  /// Whether an event is there only for those who asked. Of a stream for whose usage the host asked, for each event that carries nothing
  /// of the answer (EventRole::preamble). [request: concurrent]
  [[nodiscard]] virtual bool is_usage_only(std::string_view event_name, std::string_view data) const = 0;

  /// The API refused a call for which the host had asked, with that HTTP status and body. If it did because it does not know the question,
  /// it should not be asked again. [request: concurrent]
  virtual void usage_refused(int /*status*/, std::string_view /*body*/) const {}

 protected:
  ~UsageOnRequest() = default;
};

}  // namespace patchbay
