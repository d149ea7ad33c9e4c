#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <functional>
#include <memory>

#include "access/gatekeeper.hpp"
#include "pipeline/engine.hpp"
#include "server/counters.hpp"
#include "server/onlookers.hpp"
#include "server/policy.hpp"
#include "server/response_store.hpp"
#include "server/session.hpp"

namespace patchbay::server {

/// Accepts connections for one worker, and knows its sessions. [one thread: the worker's]
class Listener {
 public:
  /// `acceptor` is of the worker's loop, and listens.
  Listener(pipeline::Worker& worker, pipeline::Engine& engine, Counters& counters, ResponseStore& responses, const Onlookers& onlookers,
           access::Gatekeeper& gatekeeper, boost::asio::ip::tcp::acceptor acceptor, std::shared_ptr<const Policy> policy);
  /// The event loop must have stopped. Sessions whose operations it still holds are cut off here.
  ~Listener();

  void start() { accept(); }
  /// Accepts no more and closes idle sessions; the others end after their answer. `done` is called when the last one is gone, or after
  /// `timeout`, when those that are left are cut off.
  void stop(std::chrono::milliseconds timeout, std::function<void()> done);
  void apply(std::shared_ptr<const Policy> policy) { policy_ = std::move(policy); }

  [[nodiscard]] const std::shared_ptr<const Policy>& policy() const { return policy_; }
  [[nodiscard]] pipeline::Worker& worker() { return worker_; }
  [[nodiscard]] pipeline::Engine& engine() { return engine_; }
  [[nodiscard]] Counters& counters() { return counters_; }
  [[nodiscard]] ResponseStore& responses() { return responses_; }
  [[nodiscard]] const Onlookers& onlookers() const { return onlookers_; }
  [[nodiscard]] monitoring::RequestMetrics::Shard& metrics() { return metrics_; }
  [[nodiscard]] access::Gatekeeper& gatekeeper() { return gatekeeper_; }
  [[nodiscard]] bool stopping() const { return stopping_; }
  [[nodiscard]] boost::asio::ip::tcp::endpoint local_endpoint() const { return acceptor_.local_endpoint(); }

  void session_ended();

 private:
  void accept();
  void take(boost::asio::ip::tcp::socket socket);

  pipeline::Worker& worker_;
  pipeline::Engine& engine_;
  Counters& counters_;
  ResponseStore& responses_;
  const Onlookers onlookers_;
  monitoring::RequestMetrics::Shard& metrics_;
  access::Gatekeeper& gatekeeper_;
  std::shared_ptr<const Policy> policy_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;  // out of file descriptors: wait, do not spin
  net::Deadline cut_off_;
  boost::intrusive::list<Session, boost::intrusive::constant_time_size<false>> sessions_;
  std::function<void()> stopped_;
  bool stopping_ = false;
};

}  // namespace patchbay::server
