#include <gmock/gmock.h>

#include "monitoring/otlp_exporter.hpp"
#include "monitoring/otlp_json.hpp"
#include "notes.hpp"

namespace patchbay::monitoring {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

RequestNotes traced() {
  RequestNotes notes = testing::answered();
  notes.trace = {"4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", "vendor=1", true};
  notes.span_id = "1111111111111111";
  notes.usage = {.input_tokens = 7, .output_tokens = 5};
  AttemptNotes attempt;
  attempt.target = "first";
  attempt.provider = "provider-openai";
  attempt.span_id = "2222222222222222";
  attempt.host = "api.example.com";
  attempt.port = 443;
  attempt.status = 200;
  attempt.begun = notes.received + 5ms;
  attempt.ended = notes.received + 29ms;
  attempt.stages.resize(1);
  attempt.stages[0] = {.type = "a-stage", .span_id = "3333333333333333", .begun = notes.received + 1ms, .request = 2ms};
  notes.attempts.push_back(std::move(attempt));
  return notes;
}

/// The value of an attribute, whatever its type; null if it is not there.
json::value attribute(const json::value& span, std::string_view key) {
  for (const json::value& one : span.at("attributes").get_array())
    if (one.at("key").get_string() == key) return one.at("value").get_object().begin()->value();
  return nullptr;
}

TEST(Spans, OfTheServerHaveTheHttpConventions) {
  const json::value span = spans_of(traced()).at(0);
  EXPECT_EQ(span.at("traceId"), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(span.at("spanId"), "1111111111111111");
  EXPECT_EQ(span.at("parentSpanId"), "00f067aa0ba902b7");
  EXPECT_EQ(span.at("traceState"), "vendor=1");
  EXPECT_EQ(span.at("kind").to_number<int>(), 2);
  EXPECT_EQ(span.at("name"), "POST /v1/chat/completions");
  EXPECT_EQ(span.at("startTimeUnixNano"), "1700000000000000000");
  EXPECT_EQ(span.at("endTimeUnixNano"), "1700000000030000000");
  EXPECT_EQ(attribute(span, "http.response.status_code"), "200");
}

TEST(Spans, OfACallHaveTheGenAiConventions) {
  const json::value span = spans_of(traced()).at(1);
  EXPECT_EQ(span.at("parentSpanId"), "1111111111111111");
  EXPECT_EQ(span.at("kind").to_number<int>(), 3);
  EXPECT_EQ(span.at("name"), "chat gpt-4o");
  EXPECT_EQ(attribute(span, "gen_ai.operation.name"), "chat");
  EXPECT_EQ(attribute(span, "gen_ai.provider.name"), "openai");
  EXPECT_EQ(attribute(span, "gen_ai.request.model"), "gpt-4o");
  EXPECT_EQ(attribute(span, "gen_ai.usage.input_tokens"), "7");
  EXPECT_EQ(attribute(span, "gen_ai.usage.output_tokens"), "5");
  EXPECT_EQ(attribute(span, "server.address"), "api.example.com");
  EXPECT_EQ(attribute(span, "server.port"), "443");
  EXPECT_TRUE(attribute(span, "error.type").is_null());
}

TEST(Spans, OfACallSayWhatWasThoughtAndWhatItCost) {
  RequestNotes notes = traced();
  notes.usage.reasoning_tokens = 3;
  notes.cost = 1'500'000'000;
  const json::value span = spans_of(notes).at(1);
  EXPECT_EQ(attribute(span, "gen_ai.usage.reasoning.output_tokens"), "3");
  EXPECT_EQ(attribute(span, "patchbay.cost"), 1.5);
}

TEST(Spans, OfAStageStandBelowTheirCall) {
  const json::value span = spans_of(traced()).at(2);
  EXPECT_EQ(span.at("parentSpanId"), "2222222222222222");
  EXPECT_EQ(span.at("name"), "stage a-stage");
  EXPECT_EQ(span.at("endTimeUnixNano"), "1700000000003000000");
}

TEST(Spans, SayWhatFailed) {
  RequestNotes notes = traced();
  notes.status = 502;
  notes.failure = {ErrorKind::upstream, "", "broken", "provider-openai"};
  const json::array spans = spans_of(notes);
  EXPECT_EQ(spans.at(0).at("status").at("code").to_number<int>(), 2);
  EXPECT_EQ(attribute(spans.at(0), "error.type"), "upstream");
  EXPECT_EQ(attribute(spans.at(1), "error.type"), "upstream");
}

TEST(Spans, ATraceOfItsOwnHasNoParent) {
  RequestNotes notes = traced();
  notes.trace.parent.clear();
  EXPECT_FALSE(spans_of(notes).at(0).as_object().contains("parentSpanId"));
}

TEST(ExportRequest, NamesTheService) {
  const json::value request = export_request("my-gateway", "1.0", spans_of(traced()));
  const json::value& resource = request.at("resourceSpans").at(0);
  EXPECT_EQ(attribute(resource.at("resource"), "service.name"), "my-gateway");
  EXPECT_EQ(resource.at("scopeSpans").at(0).at("spans").get_array().size(), 3u);
}

TEST(TracesUrl, AddsThePathToAnAddressOnly) {
  EXPECT_EQ(traces_url("http://127.0.0.1:4318"), "http://127.0.0.1:4318/v1/traces");
  EXPECT_EQ(traces_url("http://127.0.0.1:4318/"), "http://127.0.0.1:4318/v1/traces");
  EXPECT_EQ(traces_url("https://collector/otlp/v1/traces"), "https://collector/otlp/v1/traces");
}

}  // namespace
}  // namespace patchbay::monitoring
