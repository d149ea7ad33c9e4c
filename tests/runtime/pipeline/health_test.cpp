#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/fault.hpp"
#include "pipeline/health_book.hpp"
#include "pipeline/retry_pause.hpp"

namespace patchbay::pipeline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using Entry = TargetHealth::Entry;
using Pass = TargetHealth::Pass;
using State = TargetHealth::State;

struct HealthOf : ::testing::Test {
  HealthOf() {
    book.listen([this](const HealthChange& change) {
      changes.push_back(std::string(change.what) + " " + std::string(name_of(change.reason)) + " " +
                        std::to_string(change.rest_for.count()));
    });
  }
  static LazyNow at(std::chrono::nanoseconds time) { return LazyNow(HealthTime(seconds(1'000) + time)); }

  HealthBook book;
  std::vector<std::string> changes;
  config::FailoverSettings rules;
};

struct HealthOfATarget : HealthOf {
  Pass enter(const LazyNow& now) {
    Pass pass;
    EXPECT_EQ(target->enter(now, 0, pass), Entry::admitted);
    return pass;
  }
  void fail(const LazyNow& now, std::optional<milliseconds> hint = {}) { enter(now).failed(now, rules, hint); }

  std::shared_ptr<TargetHealth> target = book.target("r/a");
  Pass nobody;
};

TEST_F(HealthOfATarget, FailuresInARowMakeItRest) {
  fail(at(seconds(0)));
  fail(at(seconds(0)));
  EXPECT_TRUE(target->available(at(seconds(0))));
  fail(at(seconds(0)));
  EXPECT_EQ(target->enter(at(seconds(4)), 0, nobody), Entry::resting);
  EXPECT_THAT(changes, ElementsAre("target failing 5000"));
}

TEST_F(HealthOfATarget, ASuccessInBetweenBreaksTheRow) {
  fail(at(seconds(0)));
  fail(at(seconds(0)));
  enter(at(seconds(0))).succeeded();
  fail(at(seconds(0)));
  EXPECT_TRUE(target->available(at(seconds(0))));
}

TEST_F(HealthOfATarget, ARetryAfterMakesItRestAtOnceAndForThatLong) {
  fail(at(seconds(0)), seconds(90));
  EXPECT_FALSE(target->available(at(seconds(89))));
  EXPECT_TRUE(target->available(at(seconds(90))));
}

TEST_F(HealthOfATarget, AnEndlessRetryAfterIsNotBelieved) {
  fail(at(seconds(0)), std::chrono::hours(1'000));
  EXPECT_TRUE(target->available(at(rules.max_retry_after)));
}

TEST_F(HealthOfATarget, AfterTheRestOneAttemptAtATimeIsAProbe) {
  rules.failures = 1;
  fail(at(seconds(0)));
  EXPECT_EQ(target->state(at(seconds(5))), State::half_open);
  {
    const Pass probe = enter(at(seconds(5)));
    EXPECT_EQ(target->enter(at(seconds(5)), 0, nobody), Entry::resting);
  }
  EXPECT_TRUE(target->available(at(seconds(5)))) << "a probe that came to nothing lets the next one try";
}

TEST_F(HealthOfATarget, AProbeThatSucceedsBringsItBack) {
  rules.failures = 1;
  fail(at(seconds(0)));
  Pass probe = enter(at(seconds(5)));
  probe.succeeded();
  EXPECT_EQ(target->state(at(seconds(5))), State::closed);
  EXPECT_EQ(target->enter(at(seconds(5)), 0, nobody), Entry::admitted);
  EXPECT_THAT(changes, ElementsAre("target failing 5000", "target none 0"));
}

TEST_F(HealthOfATarget, EachFailedProbeMakesItRestLonger) {
  fail(at(seconds(0)));
  fail(at(seconds(0)));
  fail(at(seconds(0)));
  fail(at(seconds(5)));
  fail(at(seconds(20)));
  fail(at(seconds(50)));
  fail(at(seconds(110)));
  EXPECT_THAT(changes, ElementsAre("target failing 5000", "target failing 15000", "target failing 30000", "target failing 60000",
                                   "target failing 60000"));
}

TEST_F(HealthOfATarget, AnAnswerThatOnlyBeginsDoesNotBreakTheRow) {
  for (int round = 0; round < 3; ++round) {
    Pass pass = enter(at(seconds(0)));
    pass.began(at(seconds(0)));
    pass.failed(at(seconds(0)), rules, {});
  }
  EXPECT_FALSE(target->available(at(seconds(0))));
}

TEST_F(HealthOfATarget, AProbeThatBeginsToAnswerBringsItBackOnProbation) {
  for (int round = 0; round < 3; ++round) fail(at(seconds(0)));
  Pass probe = enter(at(seconds(5)));
  probe.began(at(seconds(5)));
  EXPECT_EQ(target->state(at(seconds(5))), State::closed);
  probe.failed(at(seconds(6)), rules, {});
  EXPECT_THAT(changes, ElementsAre("target failing 5000", "target none 0", "target failing 15000"));
}

TEST_F(HealthOfATarget, ACompleteAnswerEndsTheProbation) {
  for (int round = 0; round < 3; ++round) fail(at(seconds(0)));
  Pass probe = enter(at(seconds(5)));
  probe.began(at(seconds(5)));
  enter(at(seconds(5))).succeeded();
  fail(at(seconds(6)));
  fail(at(seconds(6)));
  EXPECT_TRUE(target->available(at(seconds(6))));
  fail(at(seconds(6)));
  EXPECT_THAT(changes, ElementsAre("target failing 5000", "target none 0", "target failing 5000"));
}

TEST_F(HealthOfATarget, WhoBroughtItBackDoesNotEndALaterRest) {
  for (int round = 0; round < 3; ++round) fail(at(seconds(0)));
  Pass probe = enter(at(seconds(5)));
  probe.began(at(seconds(5)));
  fail(at(seconds(6)));
  probe.succeeded();
  EXPECT_EQ(target->state(at(seconds(7))), State::open);
  enter(at(seconds(21))).succeeded();
  EXPECT_EQ(target->state(at(seconds(21))), State::closed) << "the first one is no probe any more";
}

TEST_F(HealthOfATarget, WhoCameBeforeTheFailureDoesNotBringItBack) {
  rules.failures = 1;
  Pass early = enter(at(seconds(0)));
  fail(at(seconds(0)));
  early.succeeded();
  EXPECT_EQ(target->state(at(seconds(1))), State::open);
}

TEST_F(HealthOfATarget, ManyFailuresAtOnceAreOneRest) {
  rules.failures = 1;
  Pass first = enter(at(seconds(0)));
  Pass second = enter(at(seconds(0)));
  first.failed(at(seconds(0)), rules, {});
  second.failed(at(seconds(0)), rules, {});
  EXPECT_THAT(changes, ElementsAre("target failing 5000"));
}

TEST_F(HealthOfATarget, ABookKnowsItAsLongAsSomebodyHoldsIt) {
  EXPECT_EQ(book.target("r/a"), target);
  EXPECT_NE(book.target("r/b"), target);
}

struct ProbesOfATarget : HealthOfATarget {
  void pass(const LazyNow& now, std::uint32_t needed = 1) { target->probe_passed(now(), needed, {now(), {}, "status 200"}); }
  void fail_probe(const LazyNow& now, std::uint32_t needed = 1) {
    target->probe_failed(now(), needed, seconds(20), {now(), {}, "refused"});
  }
};

TEST_F(ProbesOfATarget, ThatFailInARowMakeItRestUntilTheNextHadItsSay) {
  fail_probe(at(seconds(0)), 2);
  EXPECT_TRUE(target->available(at(seconds(0))));
  fail_probe(at(seconds(10)), 2);
  EXPECT_FALSE(target->available(at(seconds(29))));
  fail_probe(at(seconds(20)), 2);
  EXPECT_FALSE(target->available(at(seconds(39))));
  EXPECT_TRUE(target->available(at(seconds(40))));
  EXPECT_THAT(changes, ElementsAre("target probe_failed 20000")) << "one rest, however often it is prolonged";
  EXPECT_EQ(target->counters().rests, 1u);
}

TEST_F(ProbesOfATarget, ThatPassInARowEndARest) {
  fail_probe(at(seconds(0)));
  pass(at(seconds(1)), 2);
  EXPECT_EQ(target->state(at(seconds(1))), State::open);
  pass(at(seconds(2)), 2);
  EXPECT_EQ(target->state(at(seconds(2))), State::closed);
  EXPECT_THAT(changes, ElementsAre("target probe_failed 20000", "target none 0"));
}

TEST_F(ProbesOfATarget, OneThatFailsBreaksTheRow) {
  fail_probe(at(seconds(0)));
  pass(at(seconds(1)), 2);
  fail_probe(at(seconds(2)));
  pass(at(seconds(3)), 2);
  EXPECT_EQ(target->state(at(seconds(3))), State::open);
}

TEST_F(ProbesOfATarget, BringItBackSoonerThanItsCooldown) {
  rules.failures = 1;
  fail(at(seconds(0)));
  pass(at(seconds(1)));
  EXPECT_EQ(target->state(at(seconds(1))), State::closed);
}

TEST_F(ProbesOfATarget, DoNotEndARestThatItAskedFor) {
  fail(at(seconds(0)), seconds(90));
  pass(at(seconds(89)));
  EXPECT_EQ(target->state(at(seconds(89))), State::open);
  pass(at(seconds(90)));
  EXPECT_EQ(target->state(at(seconds(90))), State::closed);
}

TEST_F(ProbesOfATarget, AreNotBelievedAgainWhenRequestsFailAllTheSame) {
  rules.failures = 1;
  fail(at(seconds(0)));
  pass(at(seconds(1)));
  fail(at(seconds(2)));
  pass(at(seconds(3)));
  EXPECT_EQ(target->state(at(seconds(3))), State::open) << "the probe does not see what is wrong";
  EXPECT_THAT(changes, ElementsAre("target failing 5000", "target none 0", "target failing 15000"));
}

TEST_F(ProbesOfATarget, AreBelievedAgainAfterARequestThatSucceeded) {
  rules.failures = 1;
  fail(at(seconds(0)));
  pass(at(seconds(1)));
  enter(at(seconds(2))).succeeded();
  fail(at(seconds(3)));
  pass(at(seconds(4)));
  EXPECT_EQ(target->state(at(seconds(4))), State::closed);
  EXPECT_EQ(changes.at(2), "target failing 5000") << "it had proved itself: the first step again";
}

TEST_F(ProbesOfATarget, ThatPassDoNotBreakARowOfFailedRequests) {
  fail(at(seconds(0)));
  fail(at(seconds(0)));
  pass(at(seconds(1)));
  fail(at(seconds(2)));
  EXPECT_FALSE(target->available(at(seconds(2))));
}

TEST_F(ProbesOfATarget, AreCounted) {
  EXPECT_FALSE(target->probes().summary());
  pass(at(seconds(0)));
  pass(at(seconds(1)));
  EXPECT_EQ(target->probes().summary().row, 2u);
  fail_probe(at(seconds(2)));
  const ProbeRecord::Summary found = target->probes().summary();
  EXPECT_EQ(found.passed, 2u);
  EXPECT_EQ(found.failed, 1u);
  EXPECT_EQ(found.row, 1u);
  EXPECT_FALSE(found.well);
  EXPECT_EQ(found.last.said, "refused");
}

struct HealthOfAKey : HealthOf {
  std::shared_ptr<KeyHealth> key = book.key("provider/1/key1");
};

TEST_F(HealthOfAKey, ARateLimitMakesItRestLongerEachTime) {
  key->rate_limited(at(seconds(0)), rules, {});
  EXPECT_FALSE(key->usable(at(milliseconds(4'999))));
  EXPECT_TRUE(key->usable(at(seconds(5))));
  key->rate_limited(at(seconds(5)), rules, {});
  EXPECT_FALSE(key->usable(at(seconds(19))));
  EXPECT_TRUE(key->usable(at(seconds(20))));
}

TEST_F(HealthOfAKey, WhatTheProviderSaysGoesBeforeTheSteps) {
  key->rate_limited(at(seconds(0)), rules, seconds(2));
  EXPECT_TRUE(key->usable(at(seconds(2))));
}

TEST_F(HealthOfAKey, ASuccessAfterTheRestForgetsIt) {
  key->rate_limited(at(seconds(0)), rules, {});
  key->succeeded();
  EXPECT_EQ(key->usable_at(), HealthTime());
  EXPECT_THAT(changes, ElementsAre("key rate_limited 5000", "key none 0"));
}

TEST_F(HealthOfAKey, ARefusalMakesItRestForLong) {
  key->refused(at(seconds(0)), rules, true);
  EXPECT_FALSE(key->usable(at(std::chrono::minutes(29))));
  EXPECT_EQ(key->reason(), RestReason::refused);
}

TEST_F(HealthOfAKey, ARefusalThatMayMeanTheRequestCountsTheThirdTime) {
  key->refused(at(seconds(0)), rules, false);
  key->refused(at(seconds(0)), rules, false);
  EXPECT_TRUE(key->usable(at(seconds(0))));
  key->refused(at(seconds(0)), rules, false);
  EXPECT_FALSE(key->usable(at(seconds(0))));
}

TEST_F(HealthOfAKey, ASuccessDispelsTheDoubt) {
  key->refused(at(seconds(0)), rules, false);
  key->refused(at(seconds(0)), rules, false);
  key->succeeded();
  key->refused(at(seconds(0)), rules, false);
  EXPECT_TRUE(key->usable(at(seconds(0))));
}

TEST(LatencyOfATarget, RisesAtOnceAndFallsSlowly) {
  const HealthTime start(seconds(1'000));
  PeakLatency latency;
  latency.observe(milliseconds(10), start);
  latency.observe(milliseconds(100), start);
  EXPECT_DOUBLE_EQ(latency.last(), 100e6);
  latency.observe(milliseconds(10), start + seconds(1));
  EXPECT_GT(latency.last(), 80e6);
  EXPECT_LT(latency.last(), 100e6);
}

TEST(LatencyOfATarget, IsForgottenInTime) {
  const HealthTime start(seconds(1'000));
  PeakLatency latency;
  latency.observe(milliseconds(100), start);
  EXPECT_LT(latency.estimate(start + std::chrono::minutes(2)), 1e3);
}

TEST(Budget, IsAShareOfTheRequests) {
  RetryBudget budget;
  while (budget.spend()) {
  }
  for (int request = 0; request < 9; ++request) budget.earn(0.1);
  EXPECT_FALSE(budget.spend());
  budget.earn(0.1);
  EXPECT_TRUE(budget.spend());
}

TEST(Pause, DoublesUpToItsLimitAndHalfOfItIsRandom) {
  const config::FailoverSettings rules{.backoff = milliseconds(100), .max_backoff = milliseconds(300)};
  EXPECT_GE(retry_pause(rules, 0, {}).value(), milliseconds(50));
  EXPECT_LE(retry_pause(rules, 0, {}).value(), milliseconds(100));
  EXPECT_GE(retry_pause(rules, 1, {}).value(), milliseconds(100));
  EXPECT_LE(retry_pause(rules, 40, {}).value(), milliseconds(300));
}

TEST(Pause, IsAsLongAsTheProviderAsksOrNotAtAll) {
  const config::FailoverSettings rules{.backoff = milliseconds(100), .max_backoff = milliseconds(2'000)};
  EXPECT_EQ(retry_pause(rules, 0, seconds(2)), seconds(2));
  EXPECT_FALSE(retry_pause(rules, 0, seconds(3)));
}

TEST(FaultOf, ABrokenWayIsTheTargetsAndATooLargeReplyTheRequests) {
  EXPECT_EQ(fault_of(upstream::FailureKind::first_byte_timeout), Fault::target);
  EXPECT_EQ(fault_of(upstream::FailureKind::too_large), Fault::request);
  EXPECT_EQ(fault_of(ErrorKind::overloaded), Fault::target);
  EXPECT_EQ(fault_of(ErrorKind::not_found), Fault::request);
}

}  // namespace
}  // namespace patchbay::pipeline
