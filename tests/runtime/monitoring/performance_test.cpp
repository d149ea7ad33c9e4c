#include "monitoring/performance.hpp"

#include <gmock/gmock.h>

#include "notes.hpp"

namespace patchbay::monitoring {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

TEST(Quantiles, AreWithinAnEighth) {
  Quantiles quantiles;
  for (int i = 1; i <= 1'000; ++i) quantiles.observe(std::chrono::milliseconds(i));
  EXPECT_NEAR(std::chrono::duration<double>(quantiles.at(0.5)).count(), 0.5, 0.5 / 8);
  EXPECT_NEAR(std::chrono::duration<double>(quantiles.at(0.99)).count(), 0.99, 0.99 / 8);
  EXPECT_EQ(quantiles.count(), 1'000u);
}

TEST(Quantiles, OfNothingAreZero) { EXPECT_EQ(Quantiles().at(0.5), 0ns); }

TEST(Quantiles, AddUp) {
  Quantiles one, other;
  one.observe(1ms);
  other.observe(100ms);
  one += other;
  EXPECT_EQ(one.count(), 2u);
  EXPECT_NEAR(std::chrono::duration<double>(one.at(1.0)).count(), 0.1, 0.1 / 8);
}

struct Report : ::testing::Test {
  void end(const std::string& route, bool fails = false) {
    RequestNotes notes = fails ? testing::refused() : testing::answered();
    notes.route = route;
    AttemptNotes attempt;
    attempt.stages.resize(1);
    attempt.stages[0].type = "a-stage";
    attempt.stages[0].request = 2ms;
    attempt.stages[0].response = 3ms;
    notes.attempts.push_back(std::move(attempt));
    performance.ended(std::make_shared<const RequestNotes>(std::move(notes)));
  }
  Performance::Clock::time_point now{100h};
  Performance performance{[this] { return now; }};
};

TEST_F(Report, HasRoutesWithTheirShare) {
  end("a");
  end("a");
  end("a", true);
  end("b");
  const boost::json::value report = performance.report(60s);
  EXPECT_EQ(report.at("requests").to_number<int>(), 4);
  EXPECT_EQ(report.at("errors").to_number<int>(), 1);
  const boost::json::value& first = report.at("routes").at(0);
  EXPECT_EQ(first.at("name"), "a");
  EXPECT_EQ(first.at("share").to_number<double>(), 0.75);
  EXPECT_NEAR(first.at("duration_ms").at("p50").to_number<double>(), 30.0, 4.0);
}

TEST_F(Report, HasStagesWithTheirOwnTime) {
  end("a");
  const boost::json::value stage = performance.report(60s).at("stages").at(0);
  EXPECT_EQ(stage.at("name"), "a-stage");
  EXPECT_NEAR(stage.at("duration_ms").at("p50").to_number<double>(), 5.0, 0.7);
}

TEST_F(Report, LeavesOutWhatIsOlder) {
  end("old");
  now += 90s;
  end("new");
  EXPECT_EQ(performance.report(60s).at("requests").to_number<int>(), 1);
  EXPECT_EQ(performance.report(120s).at("requests").to_number<int>(), 2);
}

TEST_F(Report, RatesAreOverTheWholeTimeThatWasAskedFor) {
  now += 30min;
  end("a");
  now += 1s;
  const boost::json::value report = performance.report(300s);
  EXPECT_EQ(report.at("seconds").to_number<double>(), 300.0);
  EXPECT_EQ(report.at("requests_per_second").to_number<double>(), 0.0);
}

TEST_F(Report, BeginsWithTheHost) {
  now += 20s;
  EXPECT_EQ(performance.report(300s).at("seconds").to_number<double>(), 20.0);
}

TEST_F(Report, ForgetsAfterAnHour) {
  end("old");
  now += 2h;
  end("new");
  EXPECT_EQ(performance.report(100h).at("requests").to_number<int>(), 1);
}

TEST_F(Report, OfManyRoutesHasOther) {
  for (int i = 0; i < 600; ++i) end("route-" + std::to_string(i));
  EXPECT_EQ(performance.report(60s).at("routes").at(0).at("name"), "other");
}

TEST_F(Report, IsForPeopleToo) {
  end("a");
  const std::string text = performance_text(performance.report(60s));
  EXPECT_THAT(text, HasSubstr("1 requests"));
  EXPECT_THAT(text, HasSubstr("\na "));
  EXPECT_THAT(text, HasSubstr("a-stage"));
}

}  // namespace
}  // namespace patchbay::monitoring
