#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "patchbay/stage.hpp"

namespace patchbay {

/// What a module is for; fixes its place in the chain. The numbers are part of the ABI.
enum class ModuleKind : std::uint32_t { llm_switch = 1, workflow = 2, compatibility = 3, provider = 4, hook = 5 };

/// The spelling in TOML: `llmSwitch`, `workflow`, `compatibility`, `provider`, `hook`; empty for a number that is none of them.
[[nodiscard]] std::string_view name_of(ModuleKind kind);

/// A file of lines that the host writes for a module. [thread-safe]
class LineFile {
 public:
  virtual ~LineFile() = default;
  /// Appends a line, which has no line feed of its own. Throws std::runtime_error if the disk does not take it.
  virtual void write(std::string_view line) = 0;
};

/// When a LineFile begins anew: what it held goes on as PATH.1, that as PATH.2…
struct Rotation {
  std::uint64_t bytes = 64u << 20;  ///< at this size
  std::uint32_t keep = 5;           ///< so many old ones stay
};

/// Services of the host, handed to a module when it is made; outlives the module. [thread-safe]
class Host {
 public:
  enum class Level : std::uint8_t { debug, info, warning, error };
  /// Writes a line to the host's log with the module's name. Never pass keys or bodies.
  virtual void log(Level level, std::string_view message) const = 0;

  /// Time that only ever goes forward, for ages and deadlines. A module asks the host and not the standard library, so that a test can
  /// set the time.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point now() const = 0;
  /// The time of day (UTC), for time stamps. It may jump.
  [[nodiscard]] virtual std::chrono::system_clock::time_point wall_time() const = 0;

  /// Opens, or makes, a file of lines. Throws std::runtime_error naming the path if that is not possible. [init]
  [[nodiscard]] virtual std::shared_ptr<LineFile> open_lines(const std::string& path, const Rotation& rotation) const = 0;

 protected:
  ~Host() = default;
};

/// What a stage may know about the connection that it becomes part of. Valid during `connect` only.
struct ConnectionInfo {
  std::string_view request_id;
  std::string_view route;
  std::string_view client_protocol;    ///< what the client speaks
  std::string_view provider_protocol;  ///< what the provider at the end of the chain speaks
  Operation operation = Operation::generate;
  bool provider_serves = true;  ///< the provider offers that operation; if not, a module that `answers` it has to
};

/// Made once per (type, configuration) and shared by every connection: const means safe to call from any thread at once.
class Module {
 public:
  virtual ~Module() = default;

  /// Throws if the module cannot work as it is configured; the host shows the text. Must not block. [init]
  virtual void self_check() const {}
};

/// A module that sits between client and provider.
class Transform : public Module {
 public:
  /// The stage for one connection, or null if this connection needs nothing of this module. [request: concurrent]
  [[nodiscard]] virtual std::unique_ptr<Stage> connect(const ConnectionInfo& info) const = 0;

  /// Whether the module can stand between these two protocols. Everything but an llmSwitch keeps the protocol. [init]
  [[nodiscard]] virtual bool bridges(std::string_view client_protocol, std::string_view provider_protocol) const {
    return client_protocol == provider_protocol;
  }

  /// Whether the module answers that operation itself when the provider does not serve it. [init]
  [[nodiscard]] virtual bool answers(Operation) const { return false; }
};

/// What one event of a provider's stream means for the life of the stream.
enum class EventRole : std::uint8_t {
  preamble,    ///< carries nothing of the answer yet (an empty role delta, a ping): fail-over is still possible after it
  content,     ///< part of the answer
  finish,      ///< the answer is complete, more may follow (usage): the stream may end without harm from here on
  last,        ///< completes the stream and is delivered
  terminator,  ///< completes the stream and is not delivered (`[DONE]`)
  failure,     ///< the provider reports an error inside the stream: `explain` gets it with status 200
};

/// Knows host, path, authorisation and error shapes of one API; describes the call that the host makes.
class Provider : public Module {
 public:
  /// The protocol of the bodies that this provider takes and gives. [init]
  [[nodiscard]] virtual std::string_view protocol() const = 0;

  /// Whether the provider offers that operation. [init]
  [[nodiscard]] virtual bool serves(Operation operation) const { return operation == Operation::generate; }

  /// The keys that the host rotates; valid as long as the module. Empty means that the API needs none. [init]
  [[nodiscard]] virtual std::span<const Credential> credentials() const { return {}; }

  /// The call for a request, or an answer made in-process. The request's body may be moved from. [request: concurrent]
  [[nodiscard]] virtual Exchange describe(Request& request, const Credential& credential) const = 0;

  /// Turns an error reply (status >= 400, or status 200 for an `EventRole::failure` event) into the common taxonomy. [request: concurrent]
  [[nodiscard]] virtual Error explain(int status, const Headers& headers, std::string_view body) const = 0;

  /// What an event means for the life of the stream. [request: concurrent]
  [[nodiscard]] virtual EventRole role(std::string_view event_name, std::string_view data) const = 0;

  /// The models that this provider is known to serve, for `GET /v1/models`; empty if it cannot tell. [init]
  [[nodiscard]] virtual std::span<const std::string> models() const { return {}; }

  /// What the answer has cost so far, if this event says so; of a whole reply, `event_name` is empty and `data` its body. Asked for every
  /// event, so look for the key before anything is parsed. [request: concurrent]
  [[nodiscard]] virtual std::optional<Usage> usage(std::string_view /*event_name*/, std::string_view /*data*/) const {
    return std::nullopt;
  }
};

}  // namespace patchbay
