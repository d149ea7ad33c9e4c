#include "modes/shadow.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>
#include <optional>

#include "fake_client.hpp"
#include "fake_engine.hpp"
#include "fake_upstream.hpp"
#include "net/deadline_clock.hpp"

namespace patchbay::modes {
namespace {

using modes::testing::FakeEngine;
using pipeline::testing::FakeClient;
using pipeline::testing::FakeUpstream;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// Makes one upstream call for each request and answers with what comes back.
struct Caller final : pipeline::Connection, upstream::CallObserver {
  Caller(pipeline::Worker& worker, HttpCall call, pipeline::Client& client) : client(client) {
    this->call = worker.upstream.start(std::move(call), {}, *this);
  }
  void resume() override {}
  void head(int, Headers&&) override {}
  void data(std::string_view bytes) override { body.append(bytes); }
  void complete() override { client.response({Document(std::move(body))}); }
  void failed(upstream::Failure&& failure) override {
    Error error;
    error.kind = ErrorKind::upstream;
    error.message = failure.message;
    client.error(std::move(error));
  }

  pipeline::Client& client;
  std::string body;
  std::unique_ptr<upstream::Call> call;
};

struct CallingEngine final : pipeline::Engine {
  std::unique_ptr<pipeline::Connection> start(pipeline::Worker& worker, Request&& request, pipeline::Client& client) override {
    HttpCall call;
    call.url = url;
    call.headers.add("authorization", "Bearer sk-secret");
    call.body = body.empty() ? request.body.take_text() : body;
    return std::make_unique<Caller>(worker, std::move(call), client);
  }
  std::vector<pipeline::ModelEntry> models() const override { return {}; }
  std::string not_ready() const override { return {}; }
  std::string health_json() const override { return "{}"; }

  std::string url = "http://provider.test/v1/chat/completions";
  std::string body;  // empty: the client's
};

struct ShadowTest : ::testing::Test {
  /// V1's whole exchange, as a client and the network see it.
  void exchange(std::string reply = R"({"text":"hi"})") {
    FakeClient client;
    const auto connection = shadow().start(worker, request(), client);
    answer(std::move(reply));
    EXPECT_TRUE(client.finished);
  }
  void answer(const std::string& reply) {
    upstream::CallObserver& observer = *network.calls.back().observer;
    observer.head(200, {});
    observer.data(reply);
    observer.complete();
  }
  static Request request() {
    Request request;
    request.id = "r1";
    request.protocol = "openai-chat";
    request.body = Document(std::string(R"({"model":"m"})"));
    return request;
  }
  Shadow& shadow() {
    if (!made) made.emplace(v1, v2, own, settings);
    return *made;
  }
  /// The shadow's thread.
  void run_shadow() {
    own_io.restart();
    own_io.poll();
  }
  std::uint64_t count(const char* what) { return shadow().report().describe().at(what).to_number<std::uint64_t>(); }
  std::uint64_t dropped(Dropped why) { return shadow().report().describe().at("dropped").at(name_of(why)).to_number<std::uint64_t>(); }

  config::ShadowSettings settings;
  CallingEngine v1;
  CallingEngine v2;
  boost::asio::io_context io;
  net::DeadlineClock deadlines{io};
  FakeUpstream network;
  pipeline::Worker worker{io, deadlines, network};
  boost::asio::io_context own_io;
  net::DeadlineClock own_deadlines{own_io};
  FakeUpstream real;
  pipeline::Worker own{own_io, own_deadlines, real};
  std::optional<Shadow> made;
};

TEST_F(ShadowTest, TheClientGetsV1sAnswerBeforeV2IsAsked) {
  FakeClient client;
  const auto connection = shadow().start(worker, request(), client);
  answer(R"({"text":"hi"})");
  EXPECT_THAT(client.log, ElementsAre(R"(response {"text":"hi"})"));
  EXPECT_EQ(count("compared"), 0u);
}

TEST_F(ShadowTest, V2IsAnsweredWithWhatV1Got) {
  exchange();
  run_shadow();
  EXPECT_EQ(count("equal"), 1u);
  EXPECT_THAT(network.calls, SizeIs(1));
  EXPECT_THAT(real.calls, IsEmpty());
}

TEST_F(ShadowTest, AnotherRequestUpstreamIsADifferenceWithItsPath) {
  v2.body = R"({"model":"other"})";
  exchange();
  run_shadow();
  const boost::json::object report = shadow().report().describe();
  EXPECT_EQ(report.at("different"), 1);
  EXPECT_EQ(report.at("paths").at("/request/*/body/model"), 1);
  EXPECT_EQ(report.at("samples").at(0).at("sent_by_v2").at(0).at("body").at("model"), "other");
}

TEST_F(ShadowTest, NoKeyIsInTheReport) {
  v2.body = R"({"model":"other"})";
  v2.url = "http://provider.test/v1?key=sk-secret&x=1";
  exchange();
  run_shadow();
  EXPECT_THAT(serialize(boost::json::value(shadow().report().describe())), Not(HasSubstr("sk-secret")));
}

TEST_F(ShadowTest, AnAnswerThatDiffersIsFound) {
  FakeEngine other("other");
  Shadow odd(v1, other, own, settings);
  FakeClient client;
  const auto connection = odd.start(worker, request(), client);
  answer(R"({"text":"hi"})");
  run_shadow();
  const boost::json::object report = odd.report().describe();
  EXPECT_EQ(report.at("different"), 1);
  EXPECT_TRUE(report.at("paths").as_object().contains("/response"));
  EXPECT_TRUE(report.at("paths").as_object().contains("/request/*"));  // a call that V2 did not make
}

TEST_F(ShadowTest, OnlyTheRealUpstreamIsCalledIfItIsToBe) {
  settings.upstream = "real";
  exchange(R"({"text":"hi"})");
  run_shadow();
  ASSERT_THAT(real.calls, SizeIs(1));
  upstream::CallObserver& observer = *real.calls.back().observer;
  observer.head(200, {});
  observer.data(R"({"text":"another word"})");
  observer.complete();
  run_shadow();
  EXPECT_EQ(count("equal"), 1u);  // of the same shape
}

TEST_F(ShadowTest, AClientThatLeavesTakesItsCopyWithIt) {
  {
    FakeClient client;
    const auto connection = shadow().start(worker, request(), client);
  }
  run_shadow();
  EXPECT_EQ(dropped(Dropped::client_left), 1u);
}

TEST_F(ShadowTest, ALargeExchangeIsDroppedAndTheClientServed) {
  settings.max_exchange_bytes = 100;
  exchange("\"" + std::string(200, 'x') + "\"");
  EXPECT_EQ(dropped(Dropped::too_large), 1u);
}

TEST_F(ShadowTest, WithoutRoomACopyIsDroppedAndTheClientServed) {
  settings.max_bytes = 20;
  exchange();
  EXPECT_EQ(dropped(Dropped::no_room), 1u);
}

TEST_F(ShadowTest, WhenTooManyWaitTheNextIsDropped) {
  settings.max_running = 1;
  settings.max_waiting = 1;
  for (int i = 0; i < 3; ++i) exchange();
  EXPECT_EQ(dropped(Dropped::queue_full), 1u);
  run_shadow();
  EXPECT_EQ(count("equal"), 2u);
}

TEST_F(ShadowTest, RoomIsGivenBack) {
  settings.max_bytes = 300;
  for (int i = 0; i < 20; ++i) {
    exchange();
    run_shadow();
  }
  EXPECT_EQ(count("equal"), 20u);
}

TEST_F(ShadowTest, APartOfTheRequestsCanBeShown) {
  settings.percentage = 25;
  for (int i = 0; i < 8; ++i) {
    exchange();
    run_shadow();
  }
  EXPECT_EQ(count("compared"), 2u);
}

TEST_F(ShadowTest, OnlyTheNewestSamplesAreKept) {
  settings.samples = 2;
  v2.body = R"({"model":"other"})";
  for (int i = 0; i < 5; ++i) {
    exchange();
    run_shadow();
  }
  EXPECT_EQ(shadow().report().describe().at("samples").as_array().size(), 2u);
}

}  // namespace
}  // namespace patchbay::modes
