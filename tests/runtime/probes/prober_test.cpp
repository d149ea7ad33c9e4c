#include "probes/prober.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/io_context.hpp>

#include "../pipeline/fake_modules.hpp"
#include "../upstream/scripted_server.hpp"
#include "upstream/make_client.hpp"

namespace patchbay::probes {
namespace {

using pipeline::ProbeRecord;
using pipeline::TargetHealth;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using upstream::testing::Peer;
using upstream::testing::ScriptedServer;

class ProberTest : public ::testing::Test {
 protected:
  ProberTest() {
    how_.settings.interval = milliseconds(40);
    how_.settings.failures = 2;
    how_.settings.passes = 1;
  }

  /// A server that answers every request with the status that `status_` has at the time.
  ScriptedServer::Script answering() {
    return [this](Peer& peer, int) {
      for (std::string head = peer.read_request(); !head.empty(); head = peer.read_request()) {
        ++asked_;
        peer.send("HTTP/1.1 " + std::to_string(status_) + " x\r\nContent-Length: 2\r\n\r\n{}");
      }
    };
  }

  static pipeline::ChainProbe get(pipeline::ChainProbe how, const ScriptedServer& server, std::vector<std::string> keys = {""}) {
    how.origin = server.url("");
    for (const std::string& key : keys) {
      HttpCall call;
      call.method = "GET";
      call.url = server.url("/models");
      if (!key.empty()) call.headers.add("authorization", key);
      how.calls.push_back(std::move(call));
    }
    return how;
  }

  /// An Assembly with a route of one target for each of these, all of the same account.
  pipeline::Assembly assembly(const std::vector<pipeline::ChainProbe>& probes) {
    pipeline::Assembly made;
    for (std::size_t i = 0; i < probes.size(); ++i) {
      auto route = std::make_unique<pipeline::AssembledRoute>();
      route->settings.id = "r" + std::to_string(i);
      auto chain = std::make_unique<pipeline::Chain>();
      chain->id = "0";
      chain->provider.instance = instance_;
      chain->probe = probes[i];
      chain->health = book_.target(route->settings.id);
      for (std::size_t key = 0; key < probes[i].calls.size(); ++key)
        chain->keys.push_back({std::to_string(key), book_.key(std::to_string(key))});
      route->chains.push_back(std::move(chain));
      made.routes.push_back(std::move(route));
    }
    return made;
  }

  bool run_until(const std::function<bool()>& condition) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > limit) return false;
      io_.restart();
      io_.run_one_for(milliseconds(10));
    }
    return true;
  }

  ProbeRecord::Summary found(const std::string& target) { return book_.target(target)->probes().summary(); }

  std::atomic<int> status_ = 200;
  std::atomic<int> asked_ = 0;
  boost::asio::io_context io_;
  pipeline::HealthBook book_;
  std::shared_ptr<pipeline::Instance> instance_ = std::make_shared<pipeline::Instance>(
      pipeline::InstanceKey{"provider-x", 1, "hash"},
      pipeline::testing::factory("provider-x", ModuleKind::provider, [](const auto&) { return nullptr; }), boost::json::object{}, 5);
  pipeline::ChainProbe how_;
  Prober prober_{io_, {}};
};

TEST_F(ProberTest, ATargetThatFailsIsTakenOutAndComesBack) {
  ScriptedServer server(answering());
  const pipeline::Assembly live = assembly({get(how_, server)});
  TargetHealth& target = *live.routes[0]->chains[0]->health;
  prober_.follow(live);
  ASSERT_TRUE(run_until([&] { return found("r0").passed > 0; }));

  status_ = 503;
  ASSERT_TRUE(run_until([&] { return target.state(pipeline::LazyNow()) == TargetHealth::State::open; }));
  EXPECT_EQ(found("r0").last.said, "status 503");
  EXPECT_GE(found("r0").failed, 2u);

  status_ = 200;
  EXPECT_TRUE(run_until([&] { return target.state(pipeline::LazyNow()) == TargetHealth::State::closed; }));
}

TEST_F(ProberTest, WhatARefusalSaysOfTheRequestSaysNothingOfTheTarget) {
  status_ = 404;
  ScriptedServer server(answering());
  const pipeline::Assembly live = assembly({get(how_, server)});
  prober_.follow(live);
  ASSERT_TRUE(run_until([&] { return found("r0").passed > 2; }));
  EXPECT_EQ(found("r0").failed, 0u);
}

TEST_F(ProberTest, AKeyThatIsRefusedRestsAndTheNextIsUsed) {
  ScriptedServer server([this](Peer& peer, int) {
    for (std::string head = peer.read_request(); !head.empty(); head = peer.read_request())
      peer.send(head.find("second") != std::string::npos ? "HTTP/1.1 401 x\r\nContent-Length: 0\r\n\r\n"
                                                         : "HTTP/1.1 200 x\r\nContent-Length: 0\r\n\r\n");
  });
  const pipeline::Assembly live = assembly({get(how_, server, {"first", "second"})});
  prober_.follow(live);
  ASSERT_TRUE(run_until([&] { return found("r0").passed > 4; }));
  EXPECT_TRUE(book_.key("0")->usable(pipeline::LazyNow()));
  EXPECT_FALSE(book_.key("1")->usable(pipeline::LazyNow()));
  EXPECT_EQ(book_.key("1")->rests(), 1u) << "it is not asked with while it rests";
}

TEST_F(ProberTest, AConnectionIsEnoughWhereNothingIsAsked) {
  std::atomic<int> connections = 0;
  ScriptedServer server([&](Peer& peer, int) {
    ++connections;
    (void)peer.sees_close();
  });
  how_.origin = server.url("");
  const pipeline::Assembly live = assembly({how_});
  prober_.follow(live);
  ASSERT_TRUE(run_until([&] { return found("r0").passed > 1; }));
  EXPECT_EQ(found("r0").last.said, "connected");
  EXPECT_GE(connections.load(), 2);
}

TEST_F(ProberTest, NobodyThereFailsAndSaysWhy) {
  how_.origin = "http://127.0.0.1:" + std::to_string(upstream::testing::closed_port());
  const pipeline::Assembly live = assembly({how_});
  prober_.follow(live);
  ASSERT_TRUE(run_until([&] { return found("r0").failed > 1; }));
  EXPECT_THAT(found("r0").last.said, HasSubstr("cannot connect"));
}

TEST_F(ProberTest, ATargetThatIsSilentHasFailedWhenItsTimeIsOver) {
  ScriptedServer server([](Peer& peer, int) { (void)peer.sees_close(); });
  how_.settings.timeout = milliseconds(60);
  const pipeline::Assembly live = assembly({get(how_, server)});
  prober_.follow(live);
  ASSERT_TRUE(run_until([&] { return found("r0").failed > 0; }));
}

TEST_F(ProberTest, TargetsThatAreAskedTheSameShareAProbe) {
  ScriptedServer server(answering());
  const pipeline::Assembly live = assembly({get(how_, server), get(how_, server)});
  prober_.follow(live);
  EXPECT_EQ(prober_.subjects(), 1u);
  ASSERT_TRUE(run_until([&] { return found("r0").passed > 1; }));
  EXPECT_EQ(found("r0").passed, found("r1").passed);
}

TEST_F(ProberTest, OnlyWhatAnAssemblyWantsIsProbed) {
  ScriptedServer server(answering());
  const pipeline::Assembly live = assembly({get(how_, server)});
  prober_.follow(live);
  ASSERT_TRUE(run_until([&] { return found("r0").passed > 0; }));

  prober_.follow(pipeline::Assembly{});
  EXPECT_EQ(prober_.subjects(), 0u);
  const std::uint64_t before = found("r0").passed;
  io_.restart();
  io_.run_for(milliseconds(200));
  EXPECT_EQ(found("r0").passed, before);
}

TEST_F(ProberTest, AReloadThatChangesNothingDoesNotDisturbAProbe) {
  std::atomic<bool> go_on = false;
  ScriptedServer server([&](Peer& peer, int) {
    while (!peer.read_request().empty()) {
      ++asked_;
      while (!go_on) std::this_thread::yield();
      peer.send(upstream::testing::reply_with("{}"));
    }
  });
  const pipeline::Assembly live = assembly({get(how_, server)});
  prober_.follow(live);
  ASSERT_TRUE(run_until([&] { return asked_ == 1; }));
  const pipeline::Assembly next = assembly({get(how_, server)});
  prober_.follow(next);
  go_on = true;
  ASSERT_TRUE(run_until([&] { return found("r0").passed == 1; }));
  EXPECT_EQ(asked_, 1) << "it was not cancelled and made again";
  prober_.stop();
}

}  // namespace
}  // namespace patchbay::probes
