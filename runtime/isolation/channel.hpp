#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>

#include "isolation/control_socket.hpp"
#include "isolation/frames.hpp"
#include "net/deadline_clock.hpp"
#include "patchbay/message.hpp"

namespace patchbay::isolation {

class PluginProcess;

/// One worker thread's socket to one process. Lives as long as the socket is open, and is kept alive by what waits on it: when the loop
/// goes, so does the channel. [connection: one thread], the worker's
class Channel : public std::enable_shared_from_this<Channel> {
 public:
  /// The host's side of one connection's part in the process.
  class Part {
   public:
    /// Throws MalformedFrame for what the process may not say here. May finish the client.
    virtual void on_frame(Frame& frame) = 0;
    /// The process has worked off a frame of that size.
    virtual void taken(std::size_t bytes) = 0;
    /// Nothing more comes: the process is gone. The part is detached already.
    virtual void lost(Error&& error) = 0;

   protected:
    ~Part() = default;
  };

  Channel(boost::asio::io_context& io, net::DeadlineClock& clock, OwnedDescriptor socket, std::shared_ptr<PluginProcess> process,
          std::uint64_t life, std::chrono::milliseconds timeout);

  void start();

  /// The number of a new connection; `part` gets what the process says of it.
  [[nodiscard]] std::uint64_t attach(Part& part);
  /// The process forgets the connection.
  void detach(std::uint64_t connection);

  /// Sends a frame whose body `fill` writes; how many bytes it has, or none if it is too large to be sent.
  template <class Fill>
  [[nodiscard]] std::size_t send(FrameKind kind, std::uint64_t connection, Fill&& fill) {
    const std::size_t before = begin_send();
    {
      FrameWriter writer(waiting_, kind, connection);
      fill(writer);
    }
    return end_send(before, connection);
  }

  /// False once the process is known to be gone.
  [[nodiscard]] bool open() const { return open_; }

  /// The process is gone: an error for each connection, `why_in_it` for those of which it had something that it had not worked off.
  void fail(const Error& why_in_it, const Error& why_others);

  [[nodiscard]] boost::asio::io_context& io() const { return io_; }

 private:
  struct Sent {
    std::uint64_t connection;
    std::size_t bytes;
  };

  std::size_t begin_send();
  std::size_t end_send(std::size_t before, std::uint64_t connection);
  void read();
  void dispatch(Frame& frame);
  void take(std::uint64_t frames);
  void flush_later();
  void write();
  void hang_up();
  void too_slow();

  boost::asio::io_context& io_;
  boost::asio::local::stream_protocol::socket socket_;
  const std::shared_ptr<PluginProcess> process_;
  const std::uint64_t life_;
  const std::chrono::milliseconds timeout_;
  net::Deadline deadline_;  // for the oldest frame that the process has not worked off
  FrameCutter cutter_;
  std::unordered_map<std::uint64_t, Part*> parts_;
  std::deque<Sent> in_process_;
  std::string waiting_;
  std::string writing_;
  std::uint64_t next_connection_ = 1;
  bool open_ = true;
  bool flush_posted_ = false;
};

}  // namespace patchbay::isolation
