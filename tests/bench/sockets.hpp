#pragma once

#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

/// The little of POSIX sockets and epoll that mock and load generator need. Failures that make a measurement pointless throw
/// std::system_error.
namespace bench {

/// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) : number_(number) {}
  Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Fd();

  [[nodiscard]] int get() const { return number_; }
  [[nodiscard]] bool open() const { return number_ >= 0; }

 private:
  int number_ = -1;
};

/// A non-blocking listener on 127.0.0.1; port 0 takes a free one.
[[nodiscard]] Fd listen_on(std::uint16_t port);
[[nodiscard]] std::uint16_t port_of(const Fd& listener);
/// Accepts one connection, non-blocking and without Nagle's delay; not open when none is waiting.
[[nodiscard]] Fd accept_from(const Fd& listener);
/// Connects to 127.0.0.1, then makes the socket non-blocking and without Nagle's delay.
[[nodiscard]] Fd connect_to(std::uint16_t port);

/// epoll over objects: `Watch` is handed back as pointer.
class Poll {
 public:
  Poll();
  void add(const Fd& fd, std::uint32_t events, void* who);
  void change(const Fd& fd, std::uint32_t events, void* who);
  /// Waits and calls `handle(void* who, uint32_t events)` for what is ready.
  template <class Handle>
  void wait(int timeout_ms, Handle&& handle);

 private:
  struct Ready {
    void* who;
    std::uint32_t events;
  };
  /// Fills `ready_`, returns how many.
  std::size_t collect(int timeout_ms);

  static constexpr std::size_t batch = 256;
  Fd epoll_;
  Ready ready_[batch];
};

template <class Handle>
void Poll::wait(int timeout_ms, Handle&& handle) {
  const std::size_t count = collect(timeout_ms);
  for (std::size_t i = 0; i < count; ++i) handle(ready_[i].who, ready_[i].events);
}

enum class SendState : std::uint8_t { all, part, broken };
/// Sends from `data` on; advances `sent`. `part` means that the socket's buffer is full.
[[nodiscard]] SendState send_some(const Fd& fd, const char* data, std::size_t size, std::size_t& sent);

}  // namespace bench
