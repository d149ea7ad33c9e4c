#include "fixture.hpp"

// What is noted of requests, whoever reads it: here, the metrics.

namespace patchbay::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace server::testing;

struct Record : ServerTest {
  std::string metrics() {
    monitoring::PrometheusText text;
    telemetry.metrics().add_metrics(text);
    return text.take();
  }
  bool becomes(const std::string& line) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (metrics().find(line) == std::string::npos)
      if (std::chrono::steady_clock::now() > end) return false;
    return true;
  }
};

TEST_F(Record, HasRouteTargetAndStatus) {
  engine.on_start = [](pipeline::Client& client) {
    client.routed({"the-route", "the-target", "the-provider"});
    answer_with(client, "{}");
  };
  start();
  exchange(post("{}"));
  EXPECT_TRUE(becomes(
      R"(patchbay_requests_total{route="the-route",target="the-target",provider="the-provider",protocol="openai-chat",status="2xx"} 1)"));
}

TEST_F(Record, HasRequestsThatWereRefusedBeforeTheirBody) {
  settings.api_keys = {"sk-right"};
  start();
  exchange(post("{}"));
  EXPECT_TRUE(becomes(
      R"(patchbay_request_errors_total{route="none",target="none",provider="none",protocol="openai-chat",kind="authentication"} 1)"));
}

TEST_F(Record, HasRequestsThatAreNoHttp) {
  start();
  exchange("GARBAGE\r\n\r\n");
  EXPECT_TRUE(becomes(R"(kind="invalid_request"} 1)"));
}

TEST_F(Record, HasNoProbes) {
  start();
  exchange("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
  exchange("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(becomes(R"(status="4xx"} 1)"));
  EXPECT_THAT(metrics(), Not(HasSubstr(R"(status="2xx"})")));
}

TEST_F(Record, AClientThatLeavesEndsIt) {
  start();
  {
    Socket socket(port());
    socket.send(post("{}"));
    ASSERT_TRUE(engine.wait_for(1));
    EXPECT_EQ(telemetry.metrics().in_flight(), 1u);
  }
  EXPECT_TRUE(becomes(R"(status="disconnected"} 1)"));
  EXPECT_EQ(telemetry.metrics().in_flight(), 0u);
}

TEST_F(Record, AnErrorWithinAStreamIsOneThoughTheStatusIs200) {
  engine.on_start = [](pipeline::Client& client) {
    client.event(event("{}"));
    Error error;
    error.kind = ErrorKind::timeout;
    client.error(std::move(error));
  };
  start();
  Socket socket(port());
  socket.send(post(R"({"stream":true})"));
  EXPECT_TRUE(becomes(R"(kind="timeout"} 1)"));
}

TEST_F(Record, MetricsAreShownToClientsOnlyIfTheyMayBe) {
  start();
  EXPECT_THAT(exchange("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"), AllOf(StartsWith("HTTP/1.1 404"), Not(HasSubstr("GET /metrics,"))));
}

TEST_F(Record, MetricsNeedNoKeyWhereTheyAreShown) {
  settings.api_keys = {"sk-right"};
  metrics_on_server = true;
  page.add([](monitoring::PrometheusText& text) { text.metric("a", "gauge", "One."); });
  start();
  EXPECT_THAT(exchange("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("Content-Type: text/plain; version=0.0.4"), HasSubstr("# TYPE a gauge\n")));
}

}  // namespace
}  // namespace patchbay::server
