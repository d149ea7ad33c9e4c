#include "monitoring/request_metrics.hpp"

#include <gmock/gmock.h>

#include <thread>

#include "notes.hpp"

namespace patchbay::monitoring {
namespace {

using testing::answered;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* labels = R"(route="gpt",target="first",provider="provider-openai",protocol="openai-chat")";

struct Metrics : ::testing::Test {
  void count(const RequestNotes& notes) {
    shard.began();
    shard.ended(notes, true);
  }
  std::string page() const {
    PrometheusText text;
    metrics.add_metrics(text);
    return text.take();
  }
  static std::string line(const std::string& name, const std::string& more, const std::string& value) {
    return "\n" + name + "{" + labels + (more.empty() ? "" : "," + more) + "} " + value + "\n";
  }

  RequestMetrics metrics{2};
  RequestMetrics::Shard& shard = metrics.add_shard();
};

TEST_F(Metrics, CountARequestByRouteTargetAndStatus) {
  count(answered());
  EXPECT_THAT(page(), HasSubstr(line("patchbay_requests_total", R"(status="2xx")", "1")));
}

TEST_F(Metrics, AddUpTheShards) {
  count(answered());
  RequestMetrics::Shard& other = metrics.add_shard();
  other.began();
  other.ended(answered(), true);
  EXPECT_THAT(page(), HasSubstr(line("patchbay_requests_total", R"(status="2xx")", "2")));
}

TEST_F(Metrics, CountErrorsByKind) {
  count(testing::refused());
  EXPECT_THAT(page(), HasSubstr(line("patchbay_request_errors_total", R"(kind="rate_limited")", "1")));
  EXPECT_THAT(page(), HasSubstr(line("patchbay_requests_total", R"(status="4xx")", "1")));
}

TEST_F(Metrics, CountClientsThatLeft) {
  RequestNotes notes = answered();
  notes.outcome = Outcome::disconnected;
  notes.status = 499;
  count(notes);
  EXPECT_THAT(page(), HasSubstr(line("patchbay_requests_total", R"(status="disconnected")", "1")));
}

TEST_F(Metrics, TimeRequests) {
  count(answered());
  EXPECT_THAT(page(), HasSubstr(line("patchbay_request_duration_seconds_bucket", R"(le="0.02")", "0")));
  EXPECT_THAT(page(), HasSubstr(line("patchbay_request_duration_seconds_bucket", R"(le="0.04")", "1")));
  EXPECT_THAT(page(), HasSubstr(line("patchbay_request_duration_seconds_sum", "", "0.03")));
  EXPECT_THAT(page(), HasSubstr(line("patchbay_time_to_first_byte_seconds_bucket", R"(le="0.02")", "1")));
}

TEST_F(Metrics, CountTokensByRouteAndModel) {
  RequestNotes notes = answered();
  notes.usage = {.input_tokens = 30, .output_tokens = 11, .cached_input_tokens = 20};
  count(notes);
  count(notes);
  EXPECT_THAT(page(), HasSubstr(line("patchbay_tokens_total", R"(kind="input")", "60")));
  EXPECT_THAT(page(), HasSubstr(line("patchbay_tokens_total", R"(kind="cached_input")", "40")));
  EXPECT_THAT(page(), HasSubstr("patchbay_model_tokens_total{model=\"gpt-4o\",kind=\"output\"} 22\n"));
}

TEST_F(Metrics, AddUpCostsByRouteAndModel) {
  RequestNotes notes = answered();
  notes.cost = 250'000'000;
  count(notes);
  count(notes);
  count(answered());  // its cost is not known
  EXPECT_THAT(page(), HasSubstr(line("patchbay_cost_total", "", "0.5")));
  EXPECT_THAT(page(), HasSubstr("patchbay_model_cost_total{model=\"gpt-4o\"} 0.5\n"));
}

TEST_F(Metrics, TimeTheTokensOfAStream) {
  RequestNotes notes = answered();
  notes.stream = true;
  notes.usage = {.output_tokens = 11};  // ten of them in the 10 ms after the first
  count(notes);
  EXPECT_THAT(page(), HasSubstr(line("patchbay_time_per_output_token_seconds_sum", "", "0.001")));
}

TEST_F(Metrics, CountRetriesAndTimeConnections) {
  RequestNotes notes = answered();
  notes.setbacks = 2;
  notes.attempts.resize(1);
  notes.attempts[0].connecting = std::chrono::milliseconds(3);
  count(notes);
  EXPECT_THAT(page(), HasSubstr(line("patchbay_request_retries_total", "", "2")));
  EXPECT_THAT(page(), HasSubstr(line("patchbay_upstream_connect_seconds_sum", "", "0.003")));
}

TEST_F(Metrics, ARequestWithoutARouteIsCountedAsSuch) {
  RequestNotes notes = answered();
  notes.route = notes.target = notes.provider = "";
  count(notes);
  EXPECT_THAT(page(),
              HasSubstr(R"(patchbay_requests_total{route="none",target="none",provider="none",protocol="openai-chat",status="2xx"} 1)"));
}

TEST_F(Metrics, KnowWhatIsInFlight) {
  shard.began();
  shard.began();
  EXPECT_EQ(metrics.in_flight(), 2u);
  shard.ended(answered(), true);
  EXPECT_EQ(metrics.in_flight(), 1u);
  EXPECT_THAT(page(), HasSubstr("\npatchbay_requests_in_flight 1\n"));
}

TEST_F(Metrics, ModelsBeyondTheTableAreOther) {
  for (const char* const model : {"a", "b", "c", "d", "a"}) {
    RequestNotes notes = answered();
    notes.model = model;
    count(notes);
  }
  EXPECT_THAT(page(), HasSubstr("patchbay_model_requests_total{model=\"a\"} 2\n"));
  EXPECT_THAT(page(), HasSubstr("patchbay_model_requests_total{model=\"other\"} 2\n"));
  EXPECT_THAT(page(), Not(HasSubstr("model=\"c\"")));
}

TEST_F(Metrics, ModelsThatNoRouteTookHaveNoPlaceInTheTable) {
  RequestNotes notes = answered();
  notes.route = "";
  notes.model = "made-up";
  count(notes);
  EXPECT_THAT(page(), Not(HasSubstr("made-up")));
}

TEST_F(Metrics, CanBeReadWhileTheyAreCounted) {
  constexpr int many = 2'000;
  std::thread worker([&] {
    for (int i = 0; i < many; ++i) count(answered());
  });
  while (page().find(line("patchbay_requests_total", R"(status="2xx")", std::to_string(many))) == std::string::npos)
    std::this_thread::yield();
  worker.join();
  EXPECT_EQ(metrics.in_flight(), 0u);
}

}  // namespace
}  // namespace patchbay::monitoring
