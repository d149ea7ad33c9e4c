#include "pipeline/target_selector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace patchbay::pipeline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;

struct Selector : ::testing::Test {
  void add(std::string id, std::uint32_t weight = 1) {
    auto chain = std::make_unique<Chain>();
    chain->id = std::move(id);
    chain->weight = weight;
    weights.push_back(weight);
    chains.push_back(chain.get());
    route.chains.push_back(std::move(chain));
  }
  void balance(Balance balance) {
    route.balance = balance;
    route.schedule = make_schedule(balance, weights);
  }
  std::string first(std::uint64_t sticky = 0) { return TargetSelector(route, sticky).next(now)->chain->id; }
  std::vector<std::string> all(std::uint64_t sticky = 0) {
    TargetSelector selector(route, sticky);
    std::vector<std::string> ids;
    while (const auto candidate = selector.next(now)) ids.push_back(candidate->chain->id);
    return ids;
  }

  AssembledRoute route;
  std::vector<Chain*> chains;
  std::vector<std::uint32_t> weights;
  LazyNow now;
};

TEST_F(Selector, RoundRobinBeginsWithEachInTurnAndGoesOnFromThere) {
  add("a"), add("b"), add("c");
  balance(Balance::round_robin);
  EXPECT_THAT(all(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(all(), ElementsAre("b", "c", "a"));
}

TEST_F(Selector, PriorityAlwaysBeginsWithTheFirst) {
  add("a"), add("b");
  balance(Balance::priority);
  EXPECT_THAT(all(), ElementsAre("a", "b"));
  EXPECT_THAT(all(), ElementsAre("a", "b"));
}

TEST_F(Selector, WeightedNeverTakesAWeightOfZero) {
  add("a"), add("b", 0);
  balance(Balance::weighted);
  EXPECT_THAT(all(), ElementsAre("a"));
}

TEST_F(Selector, LeastBusyBeginsWithTheOneThatHasTheFewestRequestsForItsWeight) {
  add("a", 2), add("b", 1);
  balance(Balance::least_busy);
  TargetHealth::Pass on_a;
  ASSERT_EQ(chains[0]->health->enter(now, 0, on_a), TargetHealth::Entry::admitted);
  EXPECT_THAT(all(), ::testing::UnorderedElementsAre("a", "b"));
  TargetHealth::Pass another;
  ASSERT_EQ(chains[0]->health->enter(now, 0, another), TargetHealth::Entry::admitted);
  EXPECT_EQ(first(), "b");
}

TEST_F(Selector, LatencyBeginsWithTheOneThatAnswersSoonest) {
  add("a"), add("b");
  balance(Balance::latency);
  chains[0]->health->latency().observe(milliseconds(200), now());
  chains[1]->health->latency().observe(milliseconds(100), now());
  EXPECT_EQ(first(), "b");
}

TEST_F(Selector, LatencyCountsHowManyAreThereAlready) {
  add("a"), add("b");
  balance(Balance::latency);
  chains[0]->health->latency().observe(milliseconds(150), now());
  chains[1]->health->latency().observe(milliseconds(100), now());
  TargetHealth::Pass on_b;
  ASSERT_EQ(chains[1]->health->enter(now, 0, on_b), TargetHealth::Entry::admitted);
  EXPECT_EQ(first(), "a");
}

TEST_F(Selector, AmongManyTheSlowestOfTwoAtRandomIsNeverFirst) {
  for (int i = 0; i < 6; ++i) {
    add(std::string(1, static_cast<char>('a' + i)));
    chains.back()->health->latency().observe(milliseconds(10 * (i + 1)), now());
  }
  balance(Balance::latency);
  std::set<std::string> seen;
  for (int request = 0; request < 300; ++request) seen.insert(first());
  EXPECT_FALSE(seen.contains("f"));
  EXPECT_GT(seen.size(), 1u);
}

TEST_F(Selector, StickyGoesToTheSameTargetAndMovesOnlyItsShareWhenOneGoes) {
  add("a"), add("b"), add("c");
  balance(Balance::sticky);
  std::map<std::uint64_t, std::string> before;
  for (std::uint64_t caller = 1; caller <= 300; ++caller) before[caller] = first(caller);
  for (std::uint64_t caller = 1; caller <= 300; ++caller) EXPECT_EQ(first(caller), before[caller]);

  route.chains.pop_back();
  for (std::uint64_t caller = 1; caller <= 300; ++caller)
    if (before[caller] != "c") {
      EXPECT_EQ(first(caller), before[caller]);
    }
  EXPECT_GT(std::count_if(before.begin(), before.end(), [](const auto& one) { return one.second == "c"; }), 50);
}

TEST_F(Selector, ATargetThatRestsIsPassedOver) {
  add("a"), add("b");
  balance(Balance::priority);
  config::FailoverSettings rules;
  TargetHealth::Pass pass;
  ASSERT_EQ(chains[0]->health->enter(now, 0, pass), TargetHealth::Entry::admitted);
  pass.failed(now, rules, seconds(60));
  EXPECT_THAT(all(), ElementsAre("b"));
}

TEST_F(Selector, KeysAreTakenInTurnWithoutThoseThatRest) {
  add("a");
  balance(Balance::priority);
  HealthBook book;
  for (const char* id : {"k1", "k2", "k3"}) chains[0]->keys.push_back({id, book.key(id)});
  chains[0]->keys[1].health->rate_limited(now, {}, seconds(60));
  const auto key = [this] { return TargetSelector(route).next(now)->key; };
  EXPECT_EQ(key(), 0u);
  EXPECT_EQ(key(), 2u);
  EXPECT_EQ(key(), 2u);
  EXPECT_EQ(key(), 0u);
}

TEST_F(Selector, WhoInsistsGetsTheOneThatIsBackFirst) {
  add("a"), add("b");
  balance(Balance::priority);
  config::FailoverSettings rules;
  for (const auto& [index, rest] : {std::pair{0, seconds(60)}, std::pair{1, seconds(30)}}) {
    TargetHealth::Pass pass;
    ASSERT_EQ(chains[index]->health->enter(now, 0, pass), TargetHealth::Entry::admitted);
    pass.failed(now, rules, rest);
  }
  TargetSelector selector(route);
  EXPECT_FALSE(selector.next(now));
  EXPECT_EQ(selector.insist(now)->chain->id, "b");
}

}  // namespace
}  // namespace patchbay::pipeline
