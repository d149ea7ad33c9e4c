#pragma once

#include <memory>
#include <string>

#include "config/settings.hpp"
#include "patchbay/message.hpp"

namespace patchbay::upstream {

/// What became of a call.
struct Reply {
  int status = 0;       ///< 0: no reply came
  std::string failure;  ///< why not
  [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
};

/// Makes HTTP calls one after the other and waits for each: for threads that have nothing else to do. Connections are kept alive between
/// calls. [one thread]
class BlockingClient {
 public:
  /// Certificates are checked against the system's authorities. Throws SetupError.
  BlockingClient();
  /// With the proxy and the authorities of `[upstream]`. Throws SetupError.
  explicit BlockingClient(const config::UpstreamSettings& settings);
  ~BlockingClient();
  BlockingClient(const BlockingClient&) = delete;

  /// Gives up after `timeout`. The reply's body is read and dropped.
  Reply call(HttpCall&& call, std::chrono::milliseconds timeout);

 private:
  struct Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace patchbay::upstream
