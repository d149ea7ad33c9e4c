#pragma once

#include <memory>
#include <stdexcept>

#include "upstream/client.hpp"

namespace boost::asio {
class io_context;
}
namespace patchbay::net {
class DeadlineClock;
}

namespace patchbay::upstream {

/// The settings of `[upstream]` cannot work: a CA file that cannot be read, a proxy that is not a URL. `what()` names the setting and the cure.
class SetupError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A client for the event loop of one thread. It must outlive its calls, and `io` and `clock` must outlive it. The settings' `timeouts` are
/// not used here: each call brings its own. Throws SetupError. [init]
[[nodiscard]] std::unique_ptr<Client> make_client(boost::asio::io_context& io, net::DeadlineClock& clock,
                                                  const config::UpstreamSettings& settings);

}  // namespace patchbay::upstream
