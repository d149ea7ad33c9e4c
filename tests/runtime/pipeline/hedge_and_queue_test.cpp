#include "failover_fixture.hpp"

namespace patchbay::pipeline {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Hedge : testing::FailoverTest {
  void start_and_wait() {
    config::Route route = route_over({target("a"), target("b")});
    route.hedge.after = milliseconds(1);
    publish(std::move(route));
    start();
    until([this] { return upstream.calls.size() == 2; });
  }
};

TEST_F(Hedge, TheFirstToAnswerWinsAndTheOtherIsCancelled) {
  start_and_wait();
  EXPECT_THAT(calls(), ElementsAre("a", "b"));
  reply(1, 200, R"({"by":"b"})");
  EXPECT_THAT(client.log, ElementsAre(R"(response {"by":"b"})"));
  EXPECT_FALSE(upstream.calls.at(0).alive);
  EXPECT_EQ(client.route, "r/b");
}

TEST_F(Hedge, TheSlowOneMayStillWin) {
  start_and_wait();
  stream(0, "data: {\"x\":1}\n\n");
  EXPECT_THAT(client.log, ElementsAre("event  {\"x\":1}"));
  EXPECT_FALSE(upstream.calls.at(1).alive);
  EXPECT_EQ(client.route, "r/a");
}

TEST_F(Hedge, WhenOneFailsTheOtherGoesOn) {
  start_and_wait();
  reply(0, 500);
  EXPECT_THAT(client.log, IsEmpty());
  reply(1, 200);
  EXPECT_THAT(client.log, ElementsAre("response {}"));
}

TEST_F(Hedge, WhenBothFailTheClientGetsOneError) {
  start_and_wait();
  reply(1, 500, "b");
  reply(0, 500, "a");
  EXPECT_THAT(client.log, ElementsAre("error upstream provider says: a"));
}

TEST_F(Hedge, WhatIsWrongWithTheRequestEndsBoth) {
  start_and_wait();
  reply(1, 400, "bad");
  EXPECT_THAT(client.log, ElementsAre("error invalid_request provider says: bad"));
  EXPECT_FALSE(upstream.calls.at(0).alive);
}

TEST_F(Hedge, AWordBeforeTheTimeIsUpNeedsNoCompany) {
  config::Route route = route_over({target("a"), target("b")});
  route.hedge.after = milliseconds(1);
  publish(std::move(route));
  start();
  stream(0, "data: {\"x\":1}\n\n");
  io.restart();
  io.run_for(3 * net::DeadlineClock::tick);
  EXPECT_THAT(calls(), ElementsAre("a"));
}

TEST_F(Hedge, WhatIsPaidForIsTheModelThatAnswers) {
  prices.push_back({.model = "m"});
  config::Target first = target("a");
  first.model = "large";
  config::Target second = target("b");
  second.model = "small";
  config::Route route = route_over({std::move(first), std::move(second)});
  route.hedge.after = milliseconds(1);
  publish(std::move(route));
  start();
  until([this] { return upstream.calls.size() == 2; });
  EXPECT_EQ(client.asked, "small");
  reply(0, 200);
  EXPECT_EQ(client.asked, "large");
}

TEST_F(Hedge, GoesToAnotherTargetThoughTheFirstHasAnotherKey) {
  config::Route route = route_over({target("a", {"1", "2"}), target("b")});
  route.hedge.after = milliseconds(1);
  publish(std::move(route));
  start();
  until([this] { return upstream.calls.size() == 2; });
  EXPECT_THAT(calls(), ElementsAre("a 1", "b"));
}

TEST_F(Hedge, TakesAnotherKeyWhereThereIsNoOtherTarget) {
  config::Route route = route_over({target("a", {"1", "2"})});
  route.hedge.after = milliseconds(1);
  publish(std::move(route));
  start();
  until([this] { return upstream.calls.size() == 2; });
  EXPECT_THAT(calls(), ElementsAre("a 1", "a 2"));
}

struct Places : testing::FailoverTest {
  static config::Target narrow(std::string host, std::uint32_t queue) {
    config::Target narrow = target(std::move(host));
    narrow.max_concurrency = 1;
    narrow.queue.size = queue;
    return narrow;
  }
  testing::FakeClient second;
};

TEST_F(Places, OneRequestTooManyGoesToAnotherTarget) {
  publish(route_over({narrow("a", 0), target("b")}));
  start();
  const auto other = start(second);
  EXPECT_THAT(calls(), ElementsAre("a", "b"));
}

TEST_F(Places, OneRequestTooManyIsRefusedAndToldToComeBackSoon) {
  publish(route_over({narrow("a", 0)}));
  start();
  const auto other = start(second);
  EXPECT_EQ(second.error_seen.code, "targets_full");
  EXPECT_EQ(second.error_seen.http_status(), 503);
  EXPECT_EQ(second.error_seen.retry_after, std::chrono::seconds(1));
}

TEST_F(Places, WhoWaitsGetsThePlaceThatBecomesFree) {
  publish(route_over({narrow("a", 1)}));
  start();
  const auto other = start(second);
  EXPECT_THAT(calls(), ElementsAre("a"));
  EXPECT_EQ(live().chains.at(0)->health->queue().waiting(), 1u);
  reply(0, 200);
  connection.reset();
  settle();
  EXPECT_THAT(calls(), ElementsAre("a", "a"));
  reply(1, 200);
  EXPECT_THAT(second.log, ElementsAre("response {}"));
}

TEST_F(Places, WhoLeavesTheQueueLetsTheNextOneIn) {
  publish(route_over({narrow("a", 2)}));
  start();
  auto other = start(second);
  testing::FakeClient third;
  const auto last = start(third);
  other.reset();
  connection.reset();
  settle();
  EXPECT_THAT(calls(), ElementsAre("a", "a"));
  reply(1, 200);
  EXPECT_TRUE(third.finished);
}

TEST_F(Places, WhoLeavesWithAPlaceOnItsWayGivesItBack) {
  publish(route_over({narrow("a", 1)}));
  start();
  auto other = start(second);
  connection.reset();  // its place is on the way to the second
  other.reset();
  settle();
  EXPECT_EQ(live().chains.at(0)->health->queue().taken(), 0u);
}

TEST_F(Places, WhoWaitsTooLongIsRefused) {
  config::Target target = narrow("a", 1);
  target.queue.timeout = milliseconds(1);
  publish(route_over({target}));
  start();
  const auto other = start(second);
  until([this] { return second.finished; });
  EXPECT_EQ(second.error_seen.code, "targets_full");
}

}  // namespace
}  // namespace patchbay::pipeline
