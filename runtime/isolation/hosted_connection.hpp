#pragma once

#include <memory>
#include <string>

#include "isolation/frames.hpp"
#include "isolation/hosted_modules.hpp"
#include "net/deadline_clock.hpp"

namespace patchbay::isolation {

/// What a connection of the process needs of its channel. [connection: one thread]
class FrameSink {
 public:
  [[nodiscard]] virtual std::string& out() = 0;
  [[nodiscard]] virtual net::DeadlineClock& clock() = 0;

 protected:
  ~FrameSink() = default;
};

/// The part of a connection that runs in the process: real stages and readers, between frames. [connection: one thread]
class HostedConnection {
 public:
  virtual ~HostedConnection() = default;
  /// Throws MalformedFrame.
  virtual void on_frame(Frame& frame) = 0;
  [[nodiscard]] virtual HostedModule& module() = 0;
};

/// The connection that a frame `open_stage` or `describe` opens; it has worked that frame off. Throws MalformedFrame.
[[nodiscard]] std::unique_ptr<HostedConnection> open_connection(Frame& frame, const HostedModules& modules, FrameSink& sink);

}  // namespace patchbay::isolation
