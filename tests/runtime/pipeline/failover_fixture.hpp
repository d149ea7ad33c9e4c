#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/value_from.hpp>
#include <functional>
#include <string>
#include <vector>

#include "fake_chain.hpp"
#include "fake_client.hpp"
#include "fake_upstream.hpp"
#include "net/deadline_clock.hpp"
#include "pipeline/pipeline_assembler.hpp"
#include "pipeline/v2_engine.hpp"

namespace patchbay::pipeline::testing {

/// Routes over providers that are told apart by their hosts; the test plays the network.
struct FailoverTest : ::testing::Test {
  FailoverTest() {
    registry.add(factory("provider", ModuleKind::provider, [](const boost::json::value& config) {
      auto provider = std::make_shared<FakeProvider>();
      provider->host = config.at("host").get_string();
      for (const auto& key : config.at("keys").get_array())
        provider->keys.push_back({"key-" + std::string(key.get_string()), std::string(key.get_string())});
      return provider;
    }));
  }

  static config::Target target(std::string host, std::vector<std::string> keys = {}) {
    config::Target target;
    target.id = host;
    target.modules = {use(ModuleKind::provider, "provider", {{"host", host}, {"keys", boost::json::value_from(keys)}})};
    return target;
  }
  static config::Route route_over(std::vector<config::Target> targets, std::string id = "r") {
    config::Route route = pipeline::testing::route(std::move(id), {});
    route.targets = std::move(targets);
    route.balance = "priority";
    return route;
  }

  void publish(std::vector<config::Route> routes) {
    config::Settings settings;
    settings.routes = std::move(routes);
    settings.access.prices = prices;
    Assembled assembled = PipelineAssembler(registry, pool).assemble(std::move(settings), 1);
    ASSERT_TRUE(assembled.assembly) << to_string(assembled.diagnostics.front());
    slot.publish(assembled.assembly);
  }
  void publish(config::Route route) { publish(std::vector<config::Route>{std::move(route)}); }

  std::unique_ptr<Connection> start(FakeClient& client, std::string body = R"({"model":"m"})") {
    Request request;
    request.id = "req-1";
    request.protocol = "openai-chat";
    request.body = Document(std::move(body));
    return engine.start(worker, std::move(request), client);
  }
  void start() { connection = start(client); }

  /// Where the calls went, with the key that each showed.
  std::vector<std::string> calls() const {
    std::vector<std::string> all;
    for (const FakeUpstream::Started& started : upstream.calls) {
      const std::string key(started.call.headers.find("authorization").value_or("").substr(7));
      all.push_back(started.call.url.substr(7, started.call.url.find('/', 7) - 7) + (key.empty() ? "" : " " + key));
    }
    return all;
  }

  upstream::CallObserver& call(std::size_t index) { return *upstream.calls.at(index).observer; }
  /// The reply to a call, whole; then whatever follows from it.
  void reply(std::size_t index, int status, std::string body = "{}", Headers headers = {}) {
    headers.add("content-type", "application/json");
    upstream::CallObserver& observer = call(index);
    observer.head(status, std::move(headers));
    observer.data(body);
    observer.complete();
    settle();
  }
  void stream(std::size_t index, std::string_view events) {
    call(index).head(200, {{"content-type", "text/event-stream"}});
    call(index).data(events);
    settle();
  }
  void fail(std::size_t index, upstream::FailureKind kind) {
    call(index).failed({kind, "the network says no", false});
    settle();
  }
  /// Lets happen what is due now.
  void settle() {
    io.restart();
    io.poll();
  }
  /// Lets time pass until something is so.
  void until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
      io.restart();
      io.run_one_for(std::chrono::seconds(1));
    }
    ASSERT_TRUE(condition());
  }
  const AssembledRoute& live(std::size_t rank = 0) { return *slot.current()->routes.at(rank); }

  std::vector<config::PriceSettings> prices;
  ModuleRegistry registry;
  StaticInstancePool pool;
  AssemblySlot slot;
  boost::asio::io_context io;
  net::DeadlineClock deadlines{io};
  FakeUpstream upstream;
  Worker worker{io, deadlines, upstream};
  V2Engine engine{slot, pool};
  FakeClient client;
  std::unique_ptr<Connection> connection;
};

}  // namespace patchbay::pipeline::testing
