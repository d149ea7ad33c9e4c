#include "isolation/control_socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace patchbay::isolation {

using Stream = boost::asio::local::stream_protocol::socket;

OwnedDescriptor::~OwnedDescriptor() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::pair<OwnedDescriptor, OwnedDescriptor> make_socket_pair() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::system_error(errno, std::generic_category(), "no pair of sockets for a process of a plugin");
  return {OwnedDescriptor(ends[0]), OwnedDescriptor(ends[1])};
}

ControlSocket::ControlSocket(boost::asio::io_context& io, OwnedDescriptor socket, OnFrame on_frame, OnEnd on_end)
    : socket_(io, boost::asio::local::stream_protocol(), socket.get()), on_frame_(std::move(on_frame)), on_end_(std::move(on_end)) {
  (void)socket.release();
  socket_.native_non_blocking(true);
  read();
}

ControlSocket::~ControlSocket() = default;

OwnedDescriptor ControlSocket::take_descriptor() {
  if (descriptors_.empty()) throw MalformedFrame("a socket was announced and did not come");
  OwnedDescriptor taken = std::move(descriptors_.front());
  descriptors_.pop_front();
  return taken;
}

void ControlSocket::read() {
  socket_.async_wait(Stream::wait_read, [this, alive = std::weak_ptr<bool>(alive_)](const boost::system::error_code& cancelled) {
    if (cancelled || alive.expired()) return;
    try {
      while (!alive.expired() && receive()) {
        // Whoever hears of a frame may destroy this.
        for (std::optional<Frame> frame = cutter_.next(); frame; frame = alive.expired() ? std::nullopt : cutter_.next()) on_frame_(*frame);
      }
    } catch (const MalformedFrame& malformed) {
      if (!alive.expired()) finish(malformed.what());
    }
    if (!alive.expired() && on_end_) read();
  });
}

bool ControlSocket::receive() {
  if (!on_end_) return false;
  const std::span<char> room = cutter_.room();
  iovec place{room.data(), room.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * 8)];
  msghdr message{};
  message.msg_iov = &place;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  const ssize_t size = recvmsg(socket_.native_handle(), &message, MSG_CMSG_CLOEXEC);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (size <= 0) {
    finish({});
    return false;
  }
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int descriptor = -1;
      std::memcpy(&descriptor, CMSG_DATA(part) + i * sizeof(int), sizeof descriptor);
      descriptors_.emplace_back(descriptor);
    }
  }
  cutter_.filled(static_cast<std::size_t>(size));
  return true;
}

void ControlSocket::send(std::string bytes, OwnedDescriptor descriptor) {
  if (!on_end_) return;
  unsent_.push_back({std::move(bytes), std::move(descriptor)});
  if (!awaits_room_) write();
}

void ControlSocket::write() {
  while (!unsent_.empty()) {
    Message& next = unsent_.front();
    iovec place{next.bytes.data() + next.sent, next.bytes.size() - next.sent};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &place;
    message.msg_iovlen = 1;
    if (next.descriptor.get() >= 0) {
      message.msg_control = control;
      message.msg_controllen = sizeof control;
      cmsghdr* const part = CMSG_FIRSTHDR(&message);
      part->cmsg_level = SOL_SOCKET;
      part->cmsg_type = SCM_RIGHTS;
      part->cmsg_len = CMSG_LEN(sizeof(int));
      const int descriptor = next.descriptor.get();
      std::memcpy(CMSG_DATA(part), &descriptor, sizeof descriptor);
    }
    const ssize_t size = sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) {
      awaits_room_ = true;
      socket_.async_wait(Stream::wait_write, [this, alive = std::weak_ptr<bool>(alive_)](const boost::system::error_code& cancelled) {
        if (cancelled || alive.expired()) return;
        awaits_room_ = false;
        write();
      });
      return;
    }
    if (size < 0) {  // the end is there to read
      unsent_.clear();
      return;
    }
    next.descriptor = OwnedDescriptor();
    next.sent += static_cast<std::size_t>(size);
    if (next.sent == next.bytes.size()) unsent_.pop_front();
  }
}

void ControlSocket::finish(const std::string& malformed) {
  if (const OnEnd on_end = std::exchange(on_end_, {})) on_end(malformed);
}

}  // namespace patchbay::isolation
