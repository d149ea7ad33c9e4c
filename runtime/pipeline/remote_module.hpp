#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>

#include "config/settings.hpp"
#include "pipeline/attempt_observer.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/fault.hpp"

/// Modules whose code runs in another process. What an ordinary module says at once, they say later, on the thread of the connection;
/// what a plugin author sees of this is nothing at all.
namespace patchbay::pipeline {

class Instance;
class StageChain;

/// Who runs a connection that remote modules are part of. [connection: one thread]
class RemoteListener {
 public:
  [[nodiscard]] virtual Worker& worker() = 0;
  /// What a stage makes of the request, or of the reply, that it was shown last. Never called from within a call to the stage.
  virtual void flow(Flow&& flow) = 0;
  /// A remote part has taken in some of what it was sent.
  virtual void drained() = 0;

 protected:
  ~RemoteListener() = default;
};

/// A stage that runs elsewhere. What it emits comes later, to the `back` that it was given with the request. A message that comes before
/// the request goes past it. [connection: one thread]
class RemoteStage : public Stage {
 public:
  /// Nothing if the answer comes through the listener; `request` has to stay where it is until then, and is changed just before.
  [[nodiscard]] virtual std::optional<Flow> show(Request& request, Downstream& back) = 0;
  [[nodiscard]] virtual std::optional<Flow> show_reply(HttpReply&& reply) = 0;
  /// Bytes that were sent and not taken in yet.
  [[nodiscard]] virtual std::size_t unsent() const = 0;
  /// A message that ends the connection went in: it is not lost, but on its way.
  [[nodiscard]] virtual bool is_ending() const = 0;

  Flow request(Request&, Downstream&) final { throw std::logic_error("a remote stage is shown requests with `show`"); }
  Flow reply(HttpReply&&, Request&, Downstream&) final { throw std::logic_error("a remote stage is shown replies with `show_reply`"); }
};

class RemoteTransform : public Transform {
 public:
  /// Never null: whether the module wants a stage turns out with the request. [request: concurrent]
  [[nodiscard]] virtual std::unique_ptr<RemoteStage> connect_remote(const ConnectionInfo& info, Instance& instance,
                                                                    RemoteListener& listener) const = 0;

  std::unique_ptr<Stage> connect(const ConnectionInfo&) const final {
    throw std::logic_error("a remote transform is connected with `connect_remote`");
  }
};

/// A request in the hands of a remote provider. Destroying it cancels the call. [connection: one thread]
class RemoteAnswer {
 public:
  virtual ~RemoteAnswer() = default;
  /// The client, or a stage to the left, has room again.
  virtual void resume() = 0;
};

class RemoteProvider : public Provider {
 public:
  /// What a request needs to be answered; outlives the RemoteAnswer.
  struct Connection {
    Worker& worker;
    Client& client;
    StageChain& chain;
    Instance& instance;
    const config::Timeouts& timeouts;
    const config::UpstreamSettings& limits;
    ProviderWatch& watch;
    AttemptObserver* observer = nullptr;  ///< is told of the call; null: nobody is
    const Request* priced = nullptr;      ///< the client wants to know which model is asked for; null: it does not
  };

  /// Has the request described, makes the call, and lets the reply enter the chain at its right end, as ReplyReader does.
  /// `key` is the index of the key to use. [request: concurrent]
  [[nodiscard]] virtual std::unique_ptr<RemoteAnswer> answer(const Request& request, std::uint64_t key,
                                                             const Connection& connection) const = 0;

  Exchange describe(Request&, const Credential&) const final { refuse(); }
  Error explain(int, const Headers&, std::string_view) const final { refuse(); }
  EventRole role(std::string_view, std::string_view) const final { refuse(); }

 private:
  [[noreturn]] static void refuse() { throw std::logic_error("a remote provider is asked with `answer`"); }
};

}  // namespace patchbay::pipeline
