#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>

#include "isolation/control_socket.hpp"
#include "isolation/hosted_connection.hpp"

namespace patchbay::isolation {

/// The process's end of a channel, with the thread that works on it: modules see as much concurrency as they would in the host.
class HostedChannel final : private FrameSink {
 public:
  HostedChannel(OwnedDescriptor socket, const HostedModules& modules);
  /// Waits for the message that is being worked on.
  ~HostedChannel();

 private:
  void read();
  void dispatch(Frame& frame);
  void handle(Frame& frame);
  void flush();
  std::string& out() override;
  net::DeadlineClock& clock() override { return clock_; }

  const HostedModules& modules_;
  boost::asio::io_context io_{1};
  net::DeadlineClock clock_{io_};
  boost::asio::local::stream_protocol::socket socket_;
  FrameCutter cutter_;
  std::unordered_map<std::uint64_t, std::unique_ptr<HostedConnection>> connections_;
  std::string out_;
  std::uint64_t worked_off_ = 0;  // frames that the host does not know of yet
  bool dispatching_ = false;
  bool flush_posted_ = false;
  std::thread thread_;
};

}  // namespace patchbay::isolation
