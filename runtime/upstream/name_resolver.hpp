#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace patchbay::upstream {

/// Looks up host names beside the event loop, each on a thread of its own while it lasts: the system's resolver knows no cancelling, and a
/// DNS server that is silent about one name must not keep others waiting, as the single resolver thread of an io_context would.
/// Whoever asks for a name that is being looked up shares that lookup. [connection: one thread]
class NameResolver {
 public:
  using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;
  using Done = std::function<void(const boost::system::error_code&, const Endpoints&)>;

  /// `io` must outlive it.
  explicit NameResolver(boost::asio::io_context& io) : io_(io) {}
  /// Waits for lookups under way, for as long as the system's resolver takes; nobody is told their outcome.
  ~NameResolver();
  NameResolver(const NameResolver&) = delete;

  /// `done` is called by the event loop, with addresses unless there is an error.
  void look_up(const std::string& host, std::uint16_t port, Done done);

 private:
  struct Lookup {
    std::vector<std::pair<std::uint16_t, Done>> waiting;
    std::thread thread;  // none while the name is queued
  };
  using Addresses = std::vector<boost::asio::ip::address>;

  void start(const std::string& host, Lookup& lookup);
  void finish(const std::string& host, const boost::system::error_code& error, const Addresses& addresses);

  boost::asio::io_context& io_;
  std::map<std::string, Lookup> lookups_;
  std::deque<std::string> queued_;
  std::size_t running_ = 0;
  std::shared_ptr<NameResolver*> self_ = std::make_shared<NameResolver*>(this);  // what a lookup reports to, if it is still there
};

}  // namespace patchbay::upstream
