#include "commands/service_manager.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace patchbay::commands {

namespace {

constexpr int first_socket = 3;  // SD_LISTEN_FDS_START

// While the start goes on: it may take so much longer, said well before that is over. EXTEND_TIMEOUT_USEC in sd_notify(3).
constexpr std::chrono::seconds extension{30};
constexpr std::chrono::seconds extension_interval{10};

std::string take_variable(const char* name) {
  const char* const value = std::getenv(name);
  std::string text = value != nullptr ? value : "";
  unsetenv(name);
  return text;
}

std::optional<std::int64_t> number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Whether a variable names this process; what was meant for our parent is not ours.
bool is_for_us(const std::string& pid) { return number(pid) == getpid(); }

bool listens(int socket) {
  int accepting = 0;
  socklen_t size = sizeof accepting;
  return getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &accepting, &size) == 0 && accepting != 0;
}

/// Empty if it is no TCP socket.
std::string address_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  boost::asio::ip::tcp::endpoint endpoint;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0 || size > endpoint.capacity()) return {};
  if (address.ss_family != AF_INET && address.ss_family != AF_INET6) return {};
  std::memcpy(endpoint.data(), &address, size);
  endpoint.resize(size);
  std::ostringstream text;
  text << endpoint;
  return text.str();
}

}  // namespace

ServiceManager::ServiceManager(boost::asio::io_context& io) : io_(io), address_(take_variable("NOTIFY_SOCKET")), timer_(io) {
  const std::string pid = take_variable("LISTEN_PID"), count = take_variable("LISTEN_FDS");
  take_variable("LISTEN_FDNAMES");
  if (is_for_us(pid)) sockets_ = static_cast<int>(number(count).value_or(0));
  const std::string watched = take_variable("WATCHDOG_PID"), period = take_variable("WATCHDOG_USEC");
  if (watched.empty() || is_for_us(watched))
    if (const auto microseconds = number(period); microseconds && *microseconds > 0) watchdog_ = std::chrono::microseconds(*microseconds);
}

std::optional<ServiceManager::Socket> ServiceManager::take_socket() {
  if (sockets_ == 0) return std::nullopt;
  if (sockets_ != 1)
    throw std::runtime_error("the service manager passed " + std::to_string(sockets_) + " sockets; pass one, for the gateway");
  sockets_ = 0;
  fcntl(first_socket, F_SETFD, FD_CLOEXEC);
  std::string address = address_of(first_socket);
  if (address.empty() || !listens(first_socket))
    throw std::runtime_error("the socket that the service manager passed does not listen for TCP connections; use ListenStream=HOST:PORT");
  return Socket{first_socket, std::move(address)};
}

void ServiceManager::ready(std::string_view status) {
  phase_ = Phase::serving;
  notify("READY=1\nSTATUS=" + std::string(status));
}

void ServiceManager::reloading() {
  if (phase_ == Phase::starting || phase_ == Phase::stopping) return;
  phase_ = Phase::reloading;
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t microseconds = std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
  notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void ServiceManager::reloaded(std::string_view status) {
  if (phase_ == Phase::reloading) ready(status);
}

void ServiceManager::stopping() {
  phase_ = Phase::stopping;
  notify("STOPPING=1\nSTATUS=finishing what is in flight");
}

void ServiceManager::watch(std::vector<pipeline::Worker*> workers, std::function<std::string()> not_ready) {
  if (address_.empty()) return;
  workers_ = std::move(workers);
  not_ready_ = std::move(not_ready);
  pulse();
}

void ServiceManager::pulse() {
  if (phase_ != Phase::starting && !watchdog_) return;
  const auto left = std::make_shared<std::atomic<std::size_t>>(workers_.size());
  for (pipeline::Worker* const worker : workers_)
    boost::asio::post(worker->io, [this, left] {
      if (left->fetch_sub(1) == 1) boost::asio::post(io_, [this] { give_sign(); });
    });
  std::chrono::microseconds interval = extension_interval;
  if (watchdog_) interval = std::min(interval, *watchdog_ / 2);  // as sd_watchdog_enabled(3) recommends
  timer_.expires_after(interval);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) pulse();
  });
}

void ServiceManager::give_sign() {
  std::string why = phase_ == Phase::starting ? not_ready_() : "";  // who answers that may say ready
  std::replace_if(
      why.begin(), why.end(), [](unsigned char c) { return c < ' '; }, ' ');  // a line would be a message of its own
  if (phase_ == Phase::starting && !why.empty())
    notify("EXTEND_TIMEOUT_USEC=" + std::to_string(std::chrono::microseconds(extension).count()) + "\nSTATUS=not ready: " + why);
  else if (watchdog_)
    notify("WATCHDOG=1");
}

void ServiceManager::notify(const std::string& text) const {
  if (address_.empty()) return;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  if ((address_[0] != '/' && address_[0] != '@') || address_.size() >= sizeof to.sun_path) return;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  if (address_[0] == '@') to.sun_path[0] = '\0';  // the abstract namespace, unix(7)
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0 || sendto(socket, text.data(), text.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), size) < 0)
    spdlog::warn("the service manager could not be told \"{}\": {}", text.substr(0, text.find('\n')), std::strerror(errno));
  if (socket >= 0) close(socket);
}

}  // namespace patchbay::commands
