#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include "patchbay/module.hpp"

namespace patchbay::testing {

/// Canned replies of an upstream, in the order in which they are asked for.
class Script {
 public:
  /// A whole reply.
  Script& reply(std::string json, int status = 200);
  /// A stream of server-sent events; write a terminator (`{"", "[DONE]"}`) where the protocol has one.
  Script& sse(const std::vector<EventText>& events);
  /// A stream of one JSON document a line.
  Script& ndjson(const std::vector<std::string>& documents);
  /// Whatever the test says, byte for byte and piece for piece.
  Script& play(LocalAnswer answer);

  /// How the reply that was added last ends: the connection breaks, or nothing more ever comes.
  Script& then_breaks();
  Script& then_hangs();

  [[nodiscard]] const std::vector<LocalAnswer>& replies() const { return replies_; }

 private:
  Script& ends(LocalAnswer::Ending ending);

  std::vector<LocalAnswer> replies_;
};

/// A provider that answers from a script and keeps what it was asked. Every request takes the next reply; the last one is repeated. It
/// reads its own streams the OpenAI way: `[DONE]` terminates, an event with an `error` member is a failure. [thread-safe]
class ScriptedProvider final : public Provider {
 public:
  explicit ScriptedProvider(Script script, std::string protocol = std::string(protocols::openai_chat));

  [[nodiscard]] std::string_view protocol() const override { return protocol_; }
  [[nodiscard]] bool serves(Operation) const override { return true; }
  [[nodiscard]] Exchange describe(Request& request, const Credential& credential) const override;
  /// The error's message is the body as it came.
  [[nodiscard]] Error explain(int status, const Headers& headers, std::string_view body) const override;
  [[nodiscard]] EventRole role(std::string_view event_name, std::string_view data) const override;

  /// The bodies of the requests so far.
  [[nodiscard]] std::vector<std::string> asked() const;

 private:
  const Script script_;
  const std::string protocol_;
  mutable std::mutex mutex_;
  mutable std::vector<std::string> asked_;
};

}  // namespace patchbay::testing
