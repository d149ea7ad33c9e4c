#include "sockets.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace bench {
namespace {

[[noreturn]] void fail(const std::string& what) { throw std::system_error(errno, std::generic_category(), what); }

void set_option(const Fd& fd, int level, int name) {
  const int on = 1;
  if (setsockopt(fd.get(), level, name, &on, sizeof on) != 0) fail("setsockopt");
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

epoll_event interest(std::uint32_t events, void* who) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = who;
  return event;
}

}  // namespace

Fd::~Fd() {
  if (number_ >= 0) ::close(number_);
}

Fd listen_on(std::uint16_t port) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.open()) fail("socket");
  set_option(fd, SOL_SOCKET, SO_REUSEADDR);
  const sockaddr_in address = loopback(port);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind 127.0.0.1:" + std::to_string(port));
  if (::listen(fd.get(), 4096) != 0) fail("listen");
  return fd;
}

std::uint16_t port_of(const Fd& listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
  return ntohs(address.sin_port);
}

Fd accept_from(const Fd& listener) {
  Fd fd(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (fd.open()) set_option(fd, IPPROTO_TCP, TCP_NODELAY);
  return fd;
}

Fd connect_to(std::uint16_t port) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.open()) fail("socket");
  const sockaddr_in address = loopback(port);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fail("connect 127.0.0.1:" + std::to_string(port));
  }
  if (::fcntl(fd.get(), F_SETFL, O_NONBLOCK) != 0) fail("fcntl");
  set_option(fd, IPPROTO_TCP, TCP_NODELAY);
  return fd;
}

Poll::Poll() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_.open()) fail("epoll_create1");
}

void Poll::add(const Fd& fd, std::uint32_t events, void* who) {
  epoll_event event = interest(events, who);
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd.get(), &event) != 0) fail("epoll_ctl");
}

void Poll::change(const Fd& fd, std::uint32_t events, void* who) {
  epoll_event event = interest(events, who);
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd.get(), &event) != 0) fail("epoll_ctl");
}

std::size_t Poll::collect(int timeout_ms) {
  epoll_event events[batch];
  const int count = ::epoll_wait(epoll_.get(), events, static_cast<int>(batch), timeout_ms);
  if (count < 0 && errno != EINTR) fail("epoll_wait");
  const std::size_t size = count < 0 ? 0 : static_cast<std::size_t>(count);
  for (std::size_t i = 0; i < size; ++i) ready_[i] = {events[i].data.ptr, events[i].events};
  return size;
}

SendState send_some(const Fd& fd, const char* data, std::size_t size, std::size_t& sent) {
  while (sent < size) {
    const ssize_t count = ::send(fd.get(), data + sent, size - sent, MSG_NOSIGNAL);
    if (count < 0) {
      if (errno == EINTR) continue;
      return errno == EAGAIN || errno == EWOULDBLOCK ? SendState::part : SendState::broken;
    }
    sent += static_cast<std::size_t>(count);
  }
  return SendState::all;
}

}  // namespace bench
