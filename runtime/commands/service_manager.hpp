#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/engine.hpp"

namespace patchbay::commands {

/// What a service manager (systemd) has for its service, and wants to hear of it. Without one everything here does nothing. The protocols
/// are two environment variables and a datagram, and promised to stay as they are: sd_listen_fds(3), sd_notify(3). [control thread]
class ServiceManager {
 public:
  /// Reads the environment and removes what it read from it, so that no child process takes it for its own. Precede the first thread.
  explicit ServiceManager(boost::asio::io_context& io);

  struct Socket {
    int descriptor;       ///< the caller's to close
    std::string address;  ///< it listens on, as `[server] listen` would have it
  };
  /// The socket that was opened for us, if any; once. Throws std::runtime_error if there is more than one, or if it is none that listens
  /// for TCP connections.
  [[nodiscard]] std::optional<Socket> take_socket();

  /// The start is over.
  void ready(std::string_view status);
  /// Says nothing before the start is over, nor when all is ending.
  void reloading();
  /// The reload is over, if one was said to begin.
  void reloaded(std::string_view status);
  void stopping();

  /// From now on says that we are alive, but only while this loop and those of all workers turn: until the start is over, that it takes
  /// longer, and why (`not_ready`), so that its time-out does not end a host that waits for a plugin; then, as often as the manager wants
  /// to hear it, for its watchdog.
  void watch(std::vector<pipeline::Worker*> workers, std::function<std::string()> not_ready);

 private:
  void notify(const std::string& text) const;
  void pulse();
  void give_sign();

  boost::asio::io_context& io_;
  std::string address_;  // of the manager's socket; empty: there is none
  int sockets_ = 0;
  std::optional<std::chrono::microseconds> watchdog_;
  boost::asio::steady_timer timer_;
  std::vector<pipeline::Worker*> workers_;
  std::function<std::string()> not_ready_;
  enum class Phase : std::uint8_t { starting, serving, reloading, stopping } phase_ = Phase::starting;
};

}  // namespace patchbay::commands
