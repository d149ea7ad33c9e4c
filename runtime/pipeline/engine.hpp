#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "patchbay/stage.hpp"

namespace boost::asio {
class io_context;
}
namespace patchbay::net {
class DeadlineClock;
}
namespace patchbay::upstream {
class Client;
}

/// The line between the HTTP server and what answers its requests.
namespace patchbay::pipeline {

/// What one event-loop thread has. Outlives every connection of that thread.
struct Worker {
  boost::asio::io_context& io;
  net::DeadlineClock& deadlines;
  upstream::Client& upstream;
};

/// Which way a request takes. Valid during the call only.
struct Patch {
  std::string_view route;
  std::string_view target;
  std::string_view provider;  ///< the provider module's type
};

class AttemptObserver;
/// An attempt that came to nothing; another one follows, or the error. Valid during the call only.
struct Setback {
  std::string_view target;
  std::string_view key;  ///< its id, never the secret; empty for a provider without keys
  const Error& error;    ///< as the client would have got it
};

/// The client's end of a connection, implemented by the server: the leftmost Downstream. [connection: one thread]
///
/// `response`, `end` and `error` finish the connection. `event` may be followed by `error`.
class Client : public Downstream {
 public:
  /// Whether the client may take a route. If not, the client has its error already, and nothing more may come.
  [[nodiscard]] virtual bool permits(std::string_view /*route*/) { return true; }
  /// A route and a target were chosen; again for each further attempt.
  virtual void routed(const Patch& patch) = 0;
  /// An attempt begins on the way that was just told: who watches it; as long as the client lives. Null: nobody.
  [[nodiscard]] virtual AttemptObserver* observe(const Patch&) { return nullptr; }
  /// The model that the provider is asked for; again for each attempt, and for the one whose answer the client gets. Only where somebody
  /// has to pay for it: where there are prices.
  virtual void asked_for(std::string_view /*model*/) {}
  /// The call to the provider begins.
  virtual void calling() = 0;
  /// An attempt failed before anything of it reached the client.
  virtual void setback(const Setback&) {}
  /// Headers of the provider's reply that the client should see (`x-ratelimit-*`, `openai-processing-ms`…); at most once, before anything
  /// else.
  virtual void provider_headers(Headers&& headers) = 0;
  /// What the answer has cost so far, in the provider's own count; any number of times, before the answer ends. A provider that does not
  /// say it leaves this out.
  virtual void used(const Usage&) {}
  /// The provider is alive but has nothing to say yet (an SSE comment); a streaming client is told the same way.
  virtual void keep_alive() = 0;
  /// Bytes that were handed over and are not yet in the socket. The engine stops reading the provider while this is high.
  [[nodiscard]] virtual std::size_t unsent() const = 0;
  /// A stable name of who asks, for decisions that are to be the same each time: who presents the same key, or else names the same
  /// session, or else comes from the same address, has the same. Never the key itself. Empty if nobody can tell.
  [[nodiscard]] virtual std::string caller() const = 0;

 protected:
  ~Client() = default;
};

/// A request being answered. Destroying it cancels everything to the right, at once. Never destroy it from within a call to Client.
class Connection {
 public:
  virtual ~Connection() = default;
  /// The client's buffer has room again (`Client::unsent` fell below `low_water`).
  virtual void resume() = 0;
};

/// The engine pauses the provider when `Client::unsent` reaches `high_water`; the server calls `resume` once it is at most `low_water`.
inline constexpr std::size_t high_water = 256u << 10;
inline constexpr std::size_t low_water = 64u << 10;

struct ModelEntry {
  std::string id;
  std::string owner;  ///< the provider module's type
  /// Ids of the routes that may serve a request which names it: who may use none of them would be refused, whatever else the request says.
  std::vector<std::string> routes{};
};

/// Answers requests. [request: concurrent]
class Engine {
 public:
  virtual ~Engine() = default;

  /// Begins to answer. The client may be called, and even finished, before this returns. Never throws for what a request can cause.
  [[nodiscard]] virtual std::unique_ptr<Connection> start(Worker& worker, Request&& request, Client& client) = 0;

  /// What kind of work a request is, one of config::categories; empty if nobody can say. Costs a look at the whole body.
  [[nodiscard]] virtual std::string category_of(const Request&) const { return {}; }
  [[nodiscard]] virtual std::vector<ModelEntry> models() const = 0;
  /// Empty when ready to serve; otherwise why not.
  [[nodiscard]] virtual std::string not_ready() const = 0;
  /// What `GET /health` shows beside `status`: routes, instances, plugins by health, as a JSON object's text.
  [[nodiscard]] virtual std::string health_json() const = 0;
};

}  // namespace patchbay::pipeline
