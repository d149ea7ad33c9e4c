#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "patchbay/module.hpp"
#include "patchbay/testing/recording.hpp"
#include "patchbay/testing/script.hpp"

namespace patchbay::testing {

/// What came of one request.
struct Outcome {
  RecordingDownstream client;
  std::optional<HttpCall> call;      ///< what a provider that does not answer by itself wanted of the host
  std::vector<HttpCall> side_calls;  ///< what stages asked for
  bool left = false;                 ///< the client went before the end
};

/// Several modules with a provider at their right end, wired for each request as the host wires them: stages made from left to right,
/// requests pushed to the right and answers to the left, what throws turned into the error of that request. There is no network and no
/// time: every call is answered at once from a script, and a reply that would hang is a time-out.
///
/// Holds references: the modules must outlive it. `run` may be called from several threads at once.
class Chain {
 public:
  static constexpr std::size_t never = std::numeric_limits<std::size_t>::max();

  explicit Chain(const Provider& provider, std::string client_protocol = std::string(protocols::openai_chat));

  /// Adds a module to the right of those before it. Throws std::invalid_argument if it cannot stand where it is put: an llmSwitch between
  /// the client's and the provider's protocol, any other module before a provider of that protocol.
  Chain& llm_switch(const Transform& module);
  Chain& add(const Transform& module);

  /// What the network answers: first to the side calls of stages, in order, then to the provider's call. Every request begins anew.
  Chain& upstream(Script script);

  /// Sends one request through to its end, or until the client has had that many events and leaves: all stages are then destroyed on the
  /// spot. Throws std::logic_error for what no host can serve: no llmSwitch between two protocols, a call that the script does not answer,
  /// a request that reaches the provider in another protocol than it speaks.
  [[nodiscard]] Outcome run(Request request, std::size_t leave_after = never) const;

 private:
  const Provider& provider_;
  const std::string client_protocol_;
  std::vector<const Transform*> modules_;
  bool switched_ = false;
  Script upstream_;
};

/// A client that sends the same requests every time that it talks.
class ScriptedClient {
 public:
  explicit ScriptedClient(std::string protocol = std::string(protocols::openai_chat)) : protocol_(std::move(protocol)) {}

  ScriptedClient& asks(std::string body, Operation operation = Operation::generate);
  /// It goes in the middle of the answer to the request that was added last.
  ScriptedClient& leaves_after(std::size_t events);

  /// One request after the other, each in a connection of its own. Const, so several threads may be the same client.
  [[nodiscard]] std::vector<Outcome> talk(const Chain& chain) const;

 private:
  struct Turn {
    std::string body;
    Operation operation;
    std::size_t leave_after = Chain::never;
  };
  std::string protocol_;
  std::vector<Turn> turns_;
};

}  // namespace patchbay::testing
