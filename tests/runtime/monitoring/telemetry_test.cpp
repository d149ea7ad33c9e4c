#include "monitoring/telemetry.hpp"

#include <gmock/gmock.h>

#include "notes.hpp"

namespace patchbay::monitoring {
namespace {

using ::testing::ElementsAre;

struct Listener final : RequestObserver {
  void ended(const std::shared_ptr<const RequestNotes>& notes) override { seen.push_back(notes->id); }
  std::vector<std::string> seen;
};

struct Reports : ::testing::Test {
  void end(const NotesPlan& plan, std::string id) {
    shard.began();
    Telemetry::ended(plan, shard, std::make_shared<const RequestNotes>(testing::answered(std::move(id))));
  }
  static NotesPlan plan_of(bool metrics, std::vector<std::shared_ptr<RequestObserver>> observers = {}) {
    NotesPlan plan;
    plan.metrics = metrics;
    plan.observers = std::move(observers);
    return plan;
  }
  Telemetry telemetry;
  RequestMetrics::Shard& shard = telemetry.metrics().add_shard();
  std::shared_ptr<Listener> listener = std::make_shared<Listener>();
};

TEST_F(Reports, AreWantedWhileAnybodyWantsThem) {
  telemetry.follow(plan_of(false));
  EXPECT_FALSE(telemetry.wanted());
  telemetry.follow(plan_of(true));
  EXPECT_TRUE(telemetry.wanted());
  telemetry.follow(plan_of(false, {listener}));
  EXPECT_TRUE(telemetry.wanted());
}

TEST_F(Reports, GoToThoseWhoObservedWhenTheRequestBegan) {
  telemetry.follow(plan_of(false, {listener}));
  const std::shared_ptr<const NotesPlan> plan = telemetry.plan();
  telemetry.follow(plan_of(false));
  end(*plan, "1");
  end(*telemetry.plan(), "2");
  EXPECT_THAT(listener->seen, ElementsAre("1"));
}

TEST_F(Reports, LetGoOfThoseWhoDoNotObserveAnyMore) {
  telemetry.follow(plan_of(false, {listener}));
  telemetry.follow(plan_of(false));
  EXPECT_EQ(listener.use_count(), 1);
}

TEST_F(Reports, AreNotCountedWhenMetricsAreOff) {
  end(plan_of(false, {listener}), "1");
  PrometheusText text;
  telemetry.metrics().add_metrics(text);
  EXPECT_EQ(text.take().find("patchbay_requests_total{"), std::string::npos);
  EXPECT_EQ(telemetry.metrics().in_flight(), 0u);
}

}  // namespace
}  // namespace patchbay::monitoring
