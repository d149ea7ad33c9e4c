#include "server/call_record.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "net/deadline_clock.hpp"

namespace patchbay::server {
namespace {

using monitoring::BodyCapture;

/// Keeps the observer of each call, so that a test can play the provider.
struct Provider final : upstream::Client {
  std::unique_ptr<upstream::Call> start(HttpCall&&, const config::Timeouts&, upstream::CallObserver& observer) override {
    observers.push_back(&observer);
    struct Silence final : upstream::Call {
      void pause() override {}
      void resume() override {}
    };
    return std::make_unique<Silence>();
  }
  void close_idle() override {}
  std::vector<upstream::CallObserver*> observers;
};

/// Whoever made the call.
struct Caller final : upstream::CallObserver {
  void head(int, Headers&&) override {}
  void data(std::string_view bytes) override { body.append(bytes); }
  void complete() override {}
  void failed(upstream::Failure&&) override {}
  std::string body;
};

struct Calls : ::testing::Test {
  void call(std::string body = "{}") {
    HttpCall made;
    made.url = "http://provider.test/v1?key=sk-in-the-address";
    made.headers = {{"x-team", "red"}, {"x-vendor-key", "sk-in-a-header"}};
    made.body = std::move(body);
    in_flight.push_back(record.worker().upstream.start(std::move(made), {}, caller));
  }
  upstream::CallObserver& reply() { return *provider.observers.back(); }
  const monitoring::CallNotes& last() { return notes.calls.back(); }

  boost::asio::io_context io;
  net::DeadlineClock deadlines{io};
  Provider provider;
  BodyCapture bodies{20, {"secret"}};
  monitoring::RequestNotes notes;
  CallRecord record{pipeline::Worker{io, deadlines, provider}, bodies, notes};
  Caller caller;
  std::vector<std::unique_ptr<upstream::Call>> in_flight;
};

TEST_F(Calls, AreKeptWithWhatCameBack) {
  call(R"({"a":1})");
  reply().head(200, {{"content-type", "application/json"}});
  reply().data(R"({"b")");
  reply().data(":2}");
  reply().complete();
  record.close();
  EXPECT_EQ(last().body, R"({"a":1})");
  EXPECT_EQ(last().status, 200);
  EXPECT_EQ(last().reply_headers.find("content-type"), "application/json");
  EXPECT_EQ(last().reply, R"({"b":2})");
  EXPECT_TRUE(last().complete);
  EXPECT_EQ(caller.body, last().reply) << "who made the call hears of it all the same";
}

TEST_F(Calls, HaveNoCredentials) {
  call();
  EXPECT_EQ(last().url, "http://provider.test/v1");
  EXPECT_EQ(last().headers.find("x-team"), "red");
  EXPECT_FALSE(last().headers.contains("x-vendor-key"));
}

TEST_F(Calls, AReplyThatRepeatsTheKeyIsKeptWithoutIt) {
  call();
  reply().head(401, {});
  reply().data("no: sk-in-a-header");
  record.close();
  EXPECT_EQ(last().reply, "no: [redacted]");
}

TEST_F(Calls, AReplyIsRedactedAlsoWherePiecesDivideTheSecret) {
  call();
  reply().head(200, {});
  reply().data("a sec");
  reply().data("ret");
  record.close();
  EXPECT_EQ(last().reply, "a [redacted]");
}

TEST_F(Calls, ABodyThatIsTooLargeIsCut) {
  call(std::string(21, 'x'));
  EXPECT_TRUE(last().cut);
  EXPECT_EQ(last().body, "");
}

TEST_F(Calls, AReplyThatIsTooLargeIsCut) {
  call();
  reply().head(200, {});
  reply().data(std::string(15, 'x'));
  reply().data(std::string(15, 'x'));
  reply().data("x");
  record.close();
  EXPECT_TRUE(last().cut);
  EXPECT_EQ(last().reply, "");
}

TEST_F(Calls, AFailureIsKept) {
  call();
  reply().failed({upstream::FailureKind::reset, "the connection broke"});
  EXPECT_EQ(last().failure, "reset");
  EXPECT_EQ(last().failure_message, "the connection broke");
}

TEST_F(Calls, WhatComesAfterTheNotesWereHandedOverIsNotKept) {
  call();
  record.close();
  reply().head(200, {});
  reply().data("late");
  reply().complete();
  call();
  reply().data("later");
  EXPECT_EQ(notes.calls.size(), 1u);
  EXPECT_EQ(last().status, 0);
  EXPECT_EQ(caller.body, "latelater");
}

}  // namespace
}  // namespace patchbay::server
