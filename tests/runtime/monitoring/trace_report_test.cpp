#include "monitoring/trace_report.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "notes.hpp"

namespace patchbay::monitoring {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;
namespace json = boost::json;

/// A request that a switch rewrote, and an answer that it rewrote back.
RequestNotes rewritten() {
  RequestNotes notes = testing::answered();
  notes.routed = notes.received + 1ms;
  notes.body = R"({"model":"x"})";
  notes.answer = R"({"text":"hi"})";
  AttemptNotes attempt;
  attempt.target = "first";
  attempt.provider = "provider-openai";
  attempt.host = "api.example.com";
  attempt.port = 443;
  attempt.status = 200;
  attempt.begun = notes.received + 2ms;
  attempt.replied = notes.received + 18ms;
  attempt.reply = R"({"content":"hi"})";
  attempt.stages.resize(3);
  attempt.stages[0] = {.type = "switch", .body = R"({"model":"y"})", .answer = R"({"text":"hi"})"};
  attempt.stages[0].request = 500us;
  attempt.stages[1].type = "idle";
  attempt.stages[2].type = "provider-openai";
  notes.attempts.push_back(std::move(attempt));
  return notes;
}

TEST(TraceReport, HasTheStepsThatItCameTo) {
  const json::object report = trace_report(rewritten());
  EXPECT_EQ(report.at("steps"),
            json::parse(
                R"([{"step":"received","ms":0.0},{"step":"routed","ms":1.0},{"step":"first_byte","ms":20.0},{"step":"ended","ms":30.0}])"));
}

TEST(TraceReport, HasWhatAStageChanged) {
  const json::value stage = trace_report(rewritten()).at("attempts").at(0).at("stages").at(0);
  EXPECT_EQ(stage.at("request_diff"), json::parse(R"([{"op":"replace","path":"/model","before":"x","after":"y"}])"));
  EXPECT_EQ(stage.at("response_diff"),
            json::parse(R"([{"op":"remove","path":"/content","before":"hi"},{"op":"add","path":"/text","after":"hi"}])"));
}

TEST(TraceReport, AStageThatChangedNothingHasNoDifference) {
  const json::value stage = trace_report(rewritten()).at("attempts").at(0).at("stages").at(1);
  EXPECT_FALSE(stage.as_object().contains("request_diff"));
}

TEST(TraceReport, HasWhatAStageMadeOfAStream) {
  RequestNotes notes = rewritten();
  AttemptNotes& attempt = notes.attempts[0];
  attempt.stages[2].events = {{0, "", R"({"n":1})"}};
  attempt.stages[2].events_left = 1;
  attempt.stages[1].events = {{1, "", R"({"n":2})"}};
  attempt.stages[1].events_left = 1;
  const json::object report = trace_report(notes);
  const json::value stages = report.at("attempts").at(0).at("stages");
  EXPECT_EQ(stages.at(1).at("events").at("changes").at(0).at("event"), 1u);
  EXPECT_FALSE(stages.at(2).as_object().contains("events")) << "what the provider said came from nowhere else";
  EXPECT_THAT(trace_text(report), HasSubstr("      event 1: replace /n 1 -> 2\n"));
}

TEST(TraceReport, HasWhatAReplayNeedsIfBodiesWereKept) {
  RequestNotes notes = rewritten();
  notes.headers.add("x-tenant", "blue");
  notes.answer_cut = true;
  notes.calls.emplace_back().url = "http://provider.test/";
  const json::object report = trace_report(notes);
  EXPECT_EQ(report.at("headers"), json::parse(R"([["x-tenant","blue"]])"));
  EXPECT_EQ(report.at("cut"), json::parse(R"(["answer"])"));
  EXPECT_EQ(report.at("calls").at(0).at("url"), "http://provider.test/");
  notes.body.reset();
  EXPECT_FALSE(trace_report(notes).contains("calls"));
}

TEST(TraceReport, SaysThatTokensWereEstimated) {
  RequestNotes notes = rewritten();
  notes.usage.input_tokens = 3;
  notes.estimate = Usage{.input_tokens = 3, .output_tokens = 9};
  const json::object report = trace_report(notes);
  EXPECT_EQ(report.at("request").at("output_tokens"), 9u);
  EXPECT_EQ(report.at("request").at("usage_estimated"), true);
}

TEST(TraceText, IsForPeople) {
  const std::string text = trace_text(trace_report(rewritten()));
  EXPECT_THAT(text, HasSubstr("attempt 1: target first, provider-openai at api.example.com:443, status 200 after 16.000 ms"));
  EXPECT_THAT(text, HasSubstr("request: replace /model \"x\" -> \"y\""));
  EXPECT_THAT(text, HasSubstr("20.000 ms  first_byte"));
}

TEST(TraceText, SaysWhyAnAttemptCameToNothing) {
  RequestNotes notes = rewritten();
  notes.attempts[0].error = "overloaded";
  notes.attempts[0].message = "come back later";
  EXPECT_THAT(trace_text(trace_report(notes)), HasSubstr("status 200 after 16.000 ms, overloaded: come back later\n"));
}

TEST(TraceList, SaysThatThereIsNone) { EXPECT_EQ(list_text({}), "no request has ended yet\n"); }

}  // namespace
}  // namespace patchbay::monitoring
