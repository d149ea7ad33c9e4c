#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/engine.hpp"
#include "server/counters.hpp"
#include "server/listener.hpp"
#include "server/onlookers.hpp"
#include "server/policy.hpp"
#include "server/response_store.hpp"

namespace patchbay::server {

/// The listen address cannot be used. `what()` names it and the cure.
class BindError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The HTTP/1.1 server over some workers. Workers, engine, onlookers and gatekeeper must outlive it, and the workers' loops must have ended
/// before it is destroyed. [control thread]
class Server {
 public:
  /// Binds the address on every worker; nothing is accepted yet. `socket`, if there is one, is taken in its place: it listens already.
  /// Throws BindError.
  Server(const std::vector<pipeline::Worker*>& workers, pipeline::Engine& engine, const Onlookers& onlookers, access::Gatekeeper& gatekeeper,
         const config::ServerSettings& settings, std::optional<int> socket = std::nullopt);
  Server(const Server&) = delete;

  void start();
  /// Applies what can change while running: keys, limits, time-outs, CORS.
  void apply(const config::ServerSettings& settings);
  /// Accepts no more, lets answers in flight end for at most `shutdown_timeout`, then calls `done` on some worker's thread, once.
  void stop(std::function<void()> done);

  /// The address that is really bound (port 0 asks for any).
  [[nodiscard]] std::string address() const;
  /// Whether it speaks HTTPS.
  [[nodiscard]] bool secure() const { return tls_ != nullptr; }
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  Counters counters_;
  ResponseStore responses_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::chrono::milliseconds shutdown_timeout_;
  TlsContext tls_;
};

}  // namespace patchbay::server
