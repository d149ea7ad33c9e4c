#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_modules.hpp"
#include "pipeline/assembly.hpp"
#include "pipeline/pool_metrics.hpp"
#include "pipeline/static_instance_pool.hpp"

namespace patchbay::pipeline {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::Counted;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const boost::json::value config{{"a", 1}, {"b", 2}};

struct Pool : ::testing::Test {
  int alive = 0;
  ModuleFactory counted = testing::factory("t", ModuleKind::workflow, [this](const auto&) { return std::make_shared<Counted>(alive); });
  StaticInstancePool pool{2};
};

TEST_F(Pool, SameTypeAndConfigurationIsTheSameInstanceWhateverTheOrderOfKeys) {
  const boost::json::value reordered{{"b", 2}, {"a", 1}};
  EXPECT_EQ(pool.place(counted, config), pool.place(counted, reordered));
}

TEST_F(Pool, AnotherConfigurationTypeOrGenerationIsAnotherInstance) {
  ModuleFactory reloaded = counted;
  reloaded.generation = 2;
  ModuleFactory other = counted;
  other.type = "u";
  const auto first = pool.place(counted, config);

  EXPECT_NE(first, pool.place(counted, boost::json::value{{"a", 2}}));
  EXPECT_NE(first, pool.place(reloaded, config));
  EXPECT_NE(first, pool.place(other, config));
}

TEST_F(Pool, MetricsHaveOneSeriesForInstancesThatAreConfiguredAlikeAndTheWorstHealth) {
  ModuleFactory reloaded = counted;
  reloaded.generation = 2;
  const auto first = pool.place(counted, config);
  const auto second = pool.place(reloaded, config);
  second->count_error();
  second->count_error();
  monitoring::PrometheusText text;
  add_metrics(pool, text);
  const std::string page = text.take();
  const std::string series = "patchbay_pool_instance_health{type=\"t\",instance=\"" + first->key().hash.substr(0, 12) + "\"}";
  EXPECT_THAT(page, HasSubstr("\n" + series + " 2\n"));
  EXPECT_EQ(page.find(series), page.rfind(series));
}

TEST_F(Pool, NothingIsMadeBeforeItIsAskedFor) {
  const auto place = pool.place(counted, config);
  EXPECT_EQ(alive, 0);
  EXPECT_FALSE(place->use());

  place->make();
  place->make();

  EXPECT_EQ(alive, 1);
  EXPECT_EQ(place->counters().created, 1u);
}

TEST_F(Pool, CountsUses) {
  const auto place = pool.place(counted, config);
  place->make();
  {
    const Instance::Use use = place->use();
    EXPECT_EQ(place->counters().active, 1u);
  }
  EXPECT_EQ(place->counters().active, 0u);
  EXPECT_EQ(place->counters().uses, 1u);
}

TEST_F(Pool, AnInstanceInUseIsNotRecycled) {
  const auto place = pool.place(counted, config);
  place->make();
  const Instance::Use use = place->use();

  EXPECT_FALSE(place->recycle());
  EXPECT_EQ(alive, 1);
  EXPECT_TRUE(place->use());
}

TEST_F(Pool, ARecycledInstanceIsMadeAgainAtItsNextUse) {
  const auto place = pool.place(counted, config);
  place->make();

  EXPECT_EQ(pool.recycle(seconds(0), true), 1u);
  EXPECT_EQ(alive, 0);
  place->make();

  EXPECT_EQ(alive, 1);
  EXPECT_EQ(place->counters().created, 2u);
}

TEST_F(Pool, UnlessLazyAnInstanceThatARouteNamesStays) {
  const auto place = pool.place(counted, config);
  place->make();
  EXPECT_EQ(pool.recycle(seconds(0), false), 0u);
  EXPECT_EQ(alive, 1);
}

TEST_F(Pool, AnInstanceThatNobodyNamesGoesAfterItsIdleTime) {
  pool.place(counted, config)->make();

  EXPECT_EQ(pool.recycle(hours(1), false), 0u);
  EXPECT_EQ(pool.recycle(seconds(0), false), 1u);
  EXPECT_TRUE(pool.instances().empty());
}

TEST_F(Pool, ErrorsInARowMoveTheHealthAndASuccessHealsIt) {
  const auto place = pool.place(counted, config);
  place->make();
  EXPECT_EQ(place->counters().health, Health::healthy);
  place->count_error();
  EXPECT_EQ(place->counters().health, Health::degraded);
  place->count_error();
  EXPECT_EQ(place->counters().health, Health::unhealthy);
  place->count_success();
  EXPECT_EQ(place->counters().health, Health::healthy);
  EXPECT_EQ(place->counters().errors, 2u);
}

TEST_F(Pool, AnInstanceThatCannotBeMadeIsUnhealthyAndSaysWhy) {
  const auto place = pool.place(
      testing::factory("bad", ModuleKind::workflow, [](const auto&) -> std::shared_ptr<Module> { throw std::runtime_error("no"); }),
      config);
  EXPECT_THROW(place->make(), std::runtime_error);
  EXPECT_EQ(place->counters().health, Health::unhealthy);
  EXPECT_EQ(place->counters().last_fault, "no");
}

TEST(Schedule, RoundRobinTakesEachInTurn) { EXPECT_THAT(make_schedule(Balance::round_robin, {5, 1, 1}), ElementsAre(0, 1, 2)); }

TEST(Schedule, WeightedSpreadsTheTurnsOfAHeavyTarget) { EXPECT_THAT(make_schedule(Balance::weighted, {4, 2}), ElementsAre(0, 1, 0)); }

TEST(Schedule, AWeightOfZeroGetsNoTurn) { EXPECT_THAT(make_schedule(Balance::weighted, {1, 0, 1}), ElementsAre(0, 2)); }

}  // namespace
}  // namespace patchbay::pipeline
