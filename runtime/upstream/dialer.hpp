#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "net/deadline_clock.hpp"
#include "upstream/client.hpp"
#include "upstream/make_client.hpp"
#include "upstream/name_resolver.hpp"
#include "upstream/proxy.hpp"

namespace patchbay::upstream {

/// Makes connections only to see whether that works: name, TCP, proxy tunnel, TLS; a plain http origin behind a proxy is not reached, its
/// proxy is. [connection: one thread]
class Dialer {
 public:
  /// Nothing: it is connected, and let go of at once.
  using Done = std::function<void(const std::optional<Failure>& failure)>;

  /// A connection that is being made. Destroying it gives it up.
  class Dial {
   public:
    virtual ~Dial() = default;
  };

  /// `io` and `clock` must outlive it, and it its dials. Throws SetupError. [init]
  Dialer(boost::asio::io_context& io, net::DeadlineClock& clock, const config::UpstreamSettings& settings, TlsContext tls);

  /// `origin` is a URL, of which scheme, host and port count. `done` is called once, never from within this call, and may destroy the Dial.
  [[nodiscard]] std::unique_ptr<Dial> dial(const std::string& origin, std::chrono::milliseconds timeout, Done done);

 private:
  boost::asio::io_context& io_;
  net::DeadlineClock& clock_;
  const ProxyRules proxies_;
  const TlsContext tls_;
  NameResolver names_;
};

}  // namespace patchbay::upstream
