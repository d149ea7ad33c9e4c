#include "failover_fixture.hpp"

namespace patchbay::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using upstream::FailureKind;

struct Failover : testing::FailoverTest {};

TEST_F(Failover, ATargetThatFailsIsFollowedByTheNext) {
  publish(route_over({target("a"), target("b")}));
  start();
  reply(0, 503);
  EXPECT_THAT(calls(), ElementsAre("a", "b"));
  EXPECT_THAT(client.log, IsEmpty());
  reply(1, 200, R"({"by":"b"})");

  EXPECT_THAT(client.log, ElementsAre(R"(response {"by":"b"})"));
  EXPECT_EQ(client.route, "r/b");
  EXPECT_THAT(client.setbacks, ElementsAre("a  upstream"));
}

TEST_F(Failover, EachAttemptIsAtItsTargetAndNowhereElse) {
  publish(route_over({target("a"), target("b")}));
  start();
  reply(0, 503);
  const auto places = [this](std::size_t target) { return live().chains.at(target)->health->queue().taken(); };
  EXPECT_EQ(places(0), 0u);
  EXPECT_EQ(places(1), 1u);
  reply(1, 200);
  connection.reset();
  EXPECT_EQ(places(1), 0u);
}

TEST_F(Failover, TheNextTargetGetsTheRequestAsTheClientSentIt) {
  publish(route_over({target("a"), target("b")}));
  connection = start(client, R"({ "model":"m", "x":1.0 })");
  fail(0, FailureKind::connect);
  EXPECT_EQ(upstream.calls.at(1).call.body, R"({ "model":"m", "x":1.0 })");
}

/// As an isolated module that does not come back.
struct Hanging : Stage {
  Flow request(Request&, Downstream& back) override {
    Error error;
    error.kind = ErrorKind::timeout;
    error.code = "plugin_process_timeout";
    back.error(std::move(error));
    return Answered{};
  }
};

TEST_F(Failover, AModuleThatHangsIsFollowedByTheNextTarget) {
  registry.add(testing::factory("hanging", ModuleKind::workflow, [](const boost::json::value&) {
    return std::make_shared<testing::FakeTransform>([] { return std::make_unique<Hanging>(); });
  }));
  config::Target first = target("a");
  first.modules.insert(first.modules.begin(), testing::use(ModuleKind::workflow, "hanging"));
  publish(route_over({std::move(first), target("b")}));
  start();
  settle();
  EXPECT_THAT(calls(), ElementsAre("b"));
}

TEST_F(Failover, WhatIsWrongWithTheRequestIsToldAtOnce) {
  publish(route_over({target("a"), target("b")}));
  start();
  reply(0, 400, "bad");
  EXPECT_THAT(calls(), ElementsAre("a"));
  EXPECT_THAT(client.log, ElementsAre("error invalid_request provider says: bad"));
}

TEST_F(Failover, ASpentKeyGivesWayToTheNextOfTheSameTarget) {
  publish(route_over({target("a", {"k1", "k2"}), target("b")}));
  start();
  reply(0, 429);
  EXPECT_THAT(calls(), ElementsAre("a k1", "a k2"));
  reply(1, 429);
  EXPECT_THAT(calls(), ElementsAre("a k1", "a k2", "b"));
}

TEST_F(Failover, ARefusedKeyDoesNotHarmItsTarget) {
  publish(route_over({target("a", {"k1", "k2"})}));
  start();
  reply(0, 401);
  reply(1, 200);
  EXPECT_THAT(client.log, ElementsAre("response {}"));

  testing::FakeClient second;
  const auto later = start(second);
  EXPECT_THAT(calls(), ElementsAre("a k1", "a k2", "a k2"));
}

TEST_F(Failover, WhenEveryKeyWasRefusedTheProviderIsAskedAllTheSame) {
  publish(route_over({target("a", {"k1", "k2"})}));
  start();
  reply(0, 401);
  reply(1, 401);
  testing::FakeClient second;
  const auto later = start(second);
  ASSERT_EQ(upstream.calls.size(), 3u);
  reply(2, 200);
  EXPECT_THAT(second.log, ElementsAre("response {}"));
}

TEST_F(Failover, AnErrorEventBeforeTheAnswerIsNotTheAnswer) {
  publish(route_over({target("a"), target("b")}));
  start();
  stream(0, "data: {\"role\":\"assistant\"}\n\ndata: {\"error\":\"overloaded\"}\n\n");
  stream(1, "data: {\"x\":1}\n\n");
  EXPECT_THAT(calls(), ElementsAre("a", "b"));
  EXPECT_THAT(client.log, ElementsAre("event  {\"x\":1}"));
}

TEST_F(Failover, APreambleIsHeldUntilTheAnswerBegins) {
  publish(route_over({target("a"), target("b")}));
  start();
  stream(0, "data: {\"role\":\"assistant\"}\n\n: comment\n\n");
  EXPECT_THAT(client.log, IsEmpty());
  call(0).data("data: {\"x\":1}\n\n");
  EXPECT_THAT(client.log, ElementsAre("event  {\"role\":\"assistant\"}", "event  {\"x\":1}"));
}

TEST_F(Failover, WhereNobodyElseIsThePreambleDoesNotWait) {
  publish(route_over({target("a")}));
  start();
  stream(0, "data: {\"role\":\"assistant\"}\n\n");
  EXPECT_THAT(client.log, ElementsAre("event  {\"role\":\"assistant\"}"));
}

TEST_F(Failover, AfterTheFirstWordThereIsNoSecondCall) {
  publish(route_over({target("a"), target("b")}));
  start();
  stream(0, "data: {\"x\":1}\n\n");
  fail(0, FailureKind::reset);
  EXPECT_THAT(calls(), ElementsAre("a"));
  EXPECT_THAT(client.log, ElementsAre("event  {\"x\":1}", "error upstream the network says no"));
}

TEST_F(Failover, WhatAFailedAttemptSaidOfItsLimitsIsNotTold) {
  publish(route_over({target("a"), target("b")}));
  start();
  reply(0, 503, "{}", {{"x-ratelimit-limit", "1"}});
  reply(1, 200, "{}", {{"x-ratelimit-limit", "2"}});
  EXPECT_EQ(client.headers.find("x-ratelimit-limit"), "2");
}

TEST_F(Failover, WhenAllFailTheClientGetsTheLastError) {
  publish(route_over({target("a"), target("b")}));
  start();
  reply(0, 500, "first");
  reply(1, 502, "second", {{"x-ratelimit-limit", "2"}});
  EXPECT_THAT(client.log, ElementsAre("error upstream provider says: second"));
  EXPECT_EQ(client.headers.find("x-ratelimit-limit"), "2");
}

TEST_F(Failover, NoMoreAttemptsAreMadeThanAreAllowed) {
  config::Route route = route_over({target("a"), target("b"), target("c")});
  route.failover.attempts = 2;
  publish(std::move(route));
  start();
  reply(0, 500);
  reply(1, 500);
  EXPECT_THAT(calls(), ElementsAre("a", "b"));
  EXPECT_TRUE(client.finished);
}

TEST_F(Failover, ATargetThatAskedToBeLeftAloneIs) {
  publish(route_over({target("a"), target("b")}));
  start();
  reply(0, 503, "{}", {{"retry-after", "60"}});
  testing::FakeClient second;
  const auto later = start(second);
  EXPECT_THAT(calls(), ElementsAre("a", "b", "b"));
}

TEST_F(Failover, ARestOutlivesTheConfiguration) {
  publish(route_over({target("a", {"k1", "k2"})}));
  start();
  reply(0, 429, "{}", {{"retry-after", "60"}});
  publish(route_over({target("a", {"k1", "k2"}), target("b")}));
  testing::FakeClient second;
  const auto later = start(second);
  EXPECT_THAT(calls(), ElementsAre("a k1", "a k2", "a k2"));
}

TEST_F(Failover, WhenEverythingRestsTheRequestIsRefusedAndToldWhenToComeBack) {
  publish(route_over({target("a", {"k1", "k2"})}));
  start();
  reply(0, 429, "{}", {{"retry-after", "60"}});
  reply(1, 429, "{}", {{"retry-after", "30"}});
  testing::FakeClient second;
  const auto later = start(second);
  EXPECT_EQ(calls().size(), 2u);
  EXPECT_EQ(second.error_seen.kind, ErrorKind::rate_limited);
  EXPECT_EQ(second.error_seen.code, "keys_spent");
  EXPECT_THAT(second.error_seen.message, HasSubstr("route r"));
  EXPECT_GE(second.error_seen.retry_after.value(), std::chrono::seconds(29));
  EXPECT_LE(second.error_seen.retry_after.value(), std::chrono::seconds(30));
}

TEST_F(Failover, ALoneTargetIsAskedWhateverHappenedBefore) {
  publish(route_over({target("a", {"k1"})}));
  start();
  reply(0, 429, "{}", {{"retry-after", "60"}});
  EXPECT_THAT(client.log, ElementsAre("error rate_limited provider says: {}"));
  testing::FakeClient second;
  const auto later = start(second);
  EXPECT_THAT(calls(), ElementsAre("a k1", "a k1"));
}

TEST_F(Failover, ALoneTargetMayBeToldToFailFast) {
  config::Route route = route_over({target("a")});
  route.failover.fail_fast = true;
  route.failover.failures = 1;
  publish(std::move(route));
  start();
  reply(0, 500);
  testing::FakeClient second;
  const auto later = start(second);
  EXPECT_EQ(calls().size(), 1u);
  EXPECT_EQ(second.error_seen.code, "targets_resting");
}

TEST_F(Failover, AClientThatLeavesIsNobodysFault) {
  config::Route route = route_over({target("a"), target("b")});
  route.failover.failures = 1;
  publish(std::move(route));
  start();
  connection.reset();
  EXPECT_FALSE(upstream.calls.at(0).alive);
  EXPECT_EQ(live().chains.at(0)->health->counters().failures, 0u);
  EXPECT_EQ(live().chains.at(0)->health->queue().taken(), 0u);
}

TEST_F(Failover, AFallbackRouteTakesOverWhenAllTargetsHaveFailed) {
  config::Route first = route_over({target("a")}, "first");
  first.fallback = {"second"};
  config::Route second = route_over({target("b"), target("c")}, "second");
  second.pattern.model = "^nobody$";
  publish({first, second});
  start();
  reply(0, 500);
  reply(1, 500);
  reply(2, 200);
  EXPECT_THAT(calls(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(client.route, "second/c");
  EXPECT_THAT(client.log, ElementsAre("response {}"));
}

TEST_F(Failover, AFallbackThatIsNoRouteIsAFaultOfTheConfiguration) {
  config::Route route = route_over({target("a")}, "first");
  route.fallback = {"frist"};
  config::Settings settings;
  settings.routes = {route};
  const Assembled assembled = PipelineAssembler(registry, pool).assemble(std::move(settings), 1);
  ASSERT_EQ(assembled.diagnostics.size(), 1u);
  EXPECT_THAT(to_string(assembled.diagnostics.front()),
              HasSubstr("routes[0].fallback[0]: there is no route 'frist' (did you mean 'first'?)"));
}

TEST_F(Failover, ARetryGoesToTheSameTargetAfterAPause) {
  config::Route route = route_over({target("a")});
  route.failover.retries = 1;
  route.failover.backoff = std::chrono::milliseconds(1);
  publish(std::move(route));
  start();
  reply(0, 500);
  until([this] { return upstream.calls.size() == 2; });
  reply(1, 500);
  EXPECT_THAT(calls(), ElementsAre("a", "a"));
  EXPECT_THAT(client.log, ElementsAre("error upstream provider says: {}"));
}

TEST_F(Failover, ARetryThatTheProviderWantsMuchLaterIsNotMade) {
  config::Route route = route_over({target("a")});
  route.failover.retries = 1;
  publish(std::move(route));
  start();
  reply(0, 429, "{}", {{"retry-after", "600"}});
  EXPECT_TRUE(client.finished);
  EXPECT_EQ(client.error_seen.retry_after, std::chrono::seconds(600));
}

TEST_F(Failover, WithoutBudgetThereIsNoRetry) {
  config::Route route = route_over({target("a")});
  route.failover.retries = 1;
  publish(std::move(route));
  while (live().health->budget.spend()) {
  }
  start();
  reply(0, 500);
  EXPECT_TRUE(client.finished);
}

}  // namespace
}  // namespace patchbay::pipeline
