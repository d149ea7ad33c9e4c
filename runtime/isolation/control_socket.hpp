#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "isolation/wire.hpp"

namespace patchbay::isolation {

/// A descriptor that is closed with the object.
class OwnedDescriptor {
 public:
  explicit OwnedDescriptor(int descriptor = -1) : descriptor_(descriptor) {}
  OwnedDescriptor(OwnedDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  OwnedDescriptor& operator=(OwnedDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~OwnedDescriptor();

  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

/// A pair of connected stream sockets that no other program inherits. Throws std::system_error.
[[nodiscard]] std::pair<OwnedDescriptor, OwnedDescriptor> make_socket_pair();

/// One end of the control socket between host and process: frames, and with some of them a descriptor (unix(7), SCM_RIGHTS).
/// [connection: one thread]
class ControlSocket {
 public:
  /// Called on the thread of `io`; only `on_end` may destroy the socket. `on_frame` may throw MalformedFrame, which ends it.
  using OnFrame = std::function<void(Frame& frame)>;
  /// `malformed` says what was wrong with the last bytes; empty if the other side closed its end.
  using OnEnd = std::function<void(const std::string& malformed)>;

  ControlSocket(boost::asio::io_context& io, OwnedDescriptor socket, OnFrame on_frame, OnEnd on_end);
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;

  /// Sends the bytes of whole frames, and a descriptor with them if there is one. Never blocks.
  void send(std::string bytes, OwnedDescriptor descriptor = OwnedDescriptor());

  /// The next descriptor that came. Throws MalformedFrame if none did.
  [[nodiscard]] OwnedDescriptor take_descriptor();

 private:
  struct Message {
    std::string bytes;
    OwnedDescriptor descriptor;
    std::size_t sent = 0;
  };

  void read();
  /// False if there is nothing more to read now, or ever.
  bool receive();
  void write();
  void finish(const std::string& malformed);

  boost::asio::local::stream_protocol::socket socket_;
  OnFrame on_frame_;
  OnEnd on_end_;
  FrameCutter cutter_;
  std::deque<OwnedDescriptor> descriptors_;
  std::deque<Message> unsent_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  bool awaits_room_ = false;
};

}  // namespace patchbay::isolation
