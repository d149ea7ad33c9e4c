#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "net/deadline_clock.hpp"
#include "server/server.hpp"
#include "upstream/client.hpp"

namespace patchbay::server::testing {

/// One request that reached the engine. The test plays the provider through it; every call is made on the worker's thread.
struct Exchange {
  Request request;
  pipeline::Client* client = nullptr;
  int resumed = 0;
  bool destroyed = false;
};

/// An engine whose answers come from the test: by `on_start`, at once and on the worker's thread, or later through `with_client`.
class FakeEngine final : public pipeline::Engine {
 public:
  std::unique_ptr<pipeline::Connection> start(pipeline::Worker& worker, Request&& request, pipeline::Client& client) override;
  std::vector<pipeline::ModelEntry> models() const override { return {{"m1", "provider-fake"}, {"vendor/m2", "provider-fake"}}; }
  std::string not_ready() const override { return why_not_ready; }
  std::string health_json() const override { return R"({"routes":1})"; }

  /// Waits until so many requests came.
  bool wait_for(std::size_t requests);
  /// Waits until something is true of an exchange.
  bool wait_until(std::size_t exchange, const std::function<bool(const Exchange&)>& holds);
  [[nodiscard]] const Exchange& at(std::size_t index) const { return *exchanges_.at(index); }

  std::function<void(pipeline::Client&)> on_start;
  std::string why_not_ready;

 private:
  class FakeConnection;

  void change(const std::function<void()>& what);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<Exchange>> exchanges_;
};

/// A client that speaks bytes.
class Socket {
 public:
  explicit Socket(std::uint16_t port, int receive_buffer = 0);
  ~Socket() { close(); }
  Socket(const Socket&) = delete;

  /// False when the other side is gone.
  bool send(std::string_view bytes);
  /// Reads until `mark` has come, or the end, or ten seconds are over; returns everything that was not returned yet.
  std::string read_until(std::string_view mark);
  /// Reads one response with a Content-Length.
  std::string response();
  /// Reads to the end of the connection.
  std::string rest();
  /// Whether the other side closes within ten seconds; what it sends before that is dropped.
  bool closed();
  void close();

 private:
  bool fill();

  int socket_;
  std::string read_;
  bool ended_ = false;
};

/// A server with one worker on a free port.
struct ServerTest : ::testing::Test {
  ~ServerTest() override { stop(); }

  void start();
  void stop();
  /// Runs something on the worker's thread and waits for it.
  void on_worker(const std::function<void()>& what);
  void with_client(const std::function<void(pipeline::Client&)>& what, std::size_t exchange = 0);
  [[nodiscard]] std::uint16_t port() const;
  std::string exchange(std::string_view request);

  static std::string post(std::string_view body, std::string_view headers = {}, std::string_view path = "/v1/chat/completions");
  static Event event(std::string data, std::string name = {}) { return {std::move(name), Document(std::move(data))}; }
  static pipeline::Client& answer_with(pipeline::Client& client, std::string body) {
    client.response(Response{Document(std::move(body))});
    return client;
  }

  struct NoUpstream final : upstream::Client {
    std::unique_ptr<upstream::Call> start(HttpCall&&, const config::Timeouts&, upstream::CallObserver&) override { return nullptr; }
    void close_idle() override {}
  };

  config::ServerSettings settings{.listen = "127.0.0.1:0"};
  FakeEngine engine;
  hooks::HookBus hooks;
  monitoring::Telemetry telemetry;
  monitoring::MetricsPage page;
  bool metrics_on_server = false;
  config::AccessTables access_tables;
  std::optional<access::Gatekeeper> gatekeeper;
  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  net::DeadlineClock deadlines{io};
  NoUpstream no_upstream;
  pipeline::Worker worker{io, deadlines, no_upstream};
  std::optional<Server> server;
  std::thread thread;
};

}  // namespace patchbay::server::testing
