#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <optional>

#include "net/deadline_clock.hpp"
#include "scripted_server.hpp"
#include "upstream/make_client.hpp"

namespace patchbay::upstream::testing {

/// Remembers what it hears.
struct Recorder final : CallObserver {
  void head(int its_status, Headers&& its_headers) override {
    status = its_status;
    headers = std::move(its_headers);
    if (on_head) on_head();
  }
  void data(std::string_view bytes) override {
    body.append(bytes);
    ++pieces;
    if (on_data) on_data();
  }
  void complete() override {
    completed = true;
    if (on_complete) on_complete();
  }
  void failed(Failure&& its_failure) override {
    failure = std::move(its_failure);
    if (on_failed) on_failed();
  }
  [[nodiscard]] bool over() const { return completed || failure; }
  [[nodiscard]] std::string_view message() const { return failure ? std::string_view(failure->message) : "(no failure)"; }

  int status = 0;
  Headers headers;
  std::string body;
  int pieces = 0;
  bool completed = false;
  std::optional<Failure> failure;
  std::function<void()> on_head, on_data, on_complete, on_failed;
};

/// A client on an event loop that runs in the test's own thread.
class ClientTest : public ::testing::Test {
 protected:
  Client& client() {
    if (!client_) client_ = make_client(io, clock, settings);
    return *client_;
  }

  /// Runs the loop until it holds; false if that takes longer than twenty seconds.
  bool run_until(const std::function<bool()>& condition) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > limit) return false;
      io.restart();
      io.run_one_for(std::chrono::milliseconds(10));
    }
    return true;
  }

  void run_for(std::chrono::milliseconds time) {
    io.restart();
    io.run_for(time);
  }

  std::unique_ptr<Call> start(HttpCall call, Recorder& recorder) { return client().start(std::move(call), timeouts, recorder); }

  /// Makes one call and waits for its end.
  Recorder fetch(HttpCall call) {
    Recorder recorder;
    const auto handle = start(std::move(call), recorder);
    EXPECT_TRUE(run_until([&] { return recorder.over(); })) << "the call did not end";
    return recorder;
  }

  static HttpCall get(std::string url) { return {.method = "GET", .url = std::move(url)}; }
  static HttpCall post(std::string url, std::string body) { return {.url = std::move(url), .body = std::move(body)}; }

  boost::asio::io_context io{1};
  net::DeadlineClock clock{io};
  config::UpstreamSettings settings;
  config::Timeouts timeouts;
  std::unique_ptr<Client> client_;
};

}  // namespace patchbay::upstream::testing
