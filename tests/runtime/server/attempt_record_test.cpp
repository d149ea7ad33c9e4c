#include "server/attempt_record.hpp"

#include <gmock/gmock.h>

namespace patchbay::server {
namespace {

using monitoring::NotesPlan;
using monitoring::RequestNotes;
using Way = pipeline::AttemptObserver::Way;

struct Attempts : ::testing::Test {
  Attempts() {
    plan.attempts = plan.stages = true;
    notes.trace = {"4bf92f3577b34da6a3ce929d0e0e4736", "", "vendor=x", true};
    notes.span_id = "1111111111111111";
  }
  AttemptRecord& begin() {
    record.emplace(hooks, plan, notes, pipeline::Patch{"route", "target", "provider-x"});
    return *record;
  }
  AttemptRecord& connect() {
    constexpr std::string_view stages[] = {"left", "right"};
    begin().connected(stages);
    return *record;
  }
  hooks::HookBus hooks;
  NotesPlan plan;
  RequestNotes notes;
  std::optional<AttemptRecord> record;
};

TEST_F(Attempts, HaveTheirStagesAndTheProvider) {
  connect();
  ASSERT_EQ(notes.attempts.size(), 1u);
  ASSERT_EQ(notes.attempts[0].stages.size(), 3u);
  EXPECT_EQ(notes.attempts[0].stages[1].type, "right");
  EXPECT_EQ(notes.attempts[0].stages[2].type, "provider-x");
}

TEST_F(Attempts, AStageHasItsOwnTimeOnly) {
  AttemptRecord& watched = connect();
  const auto spin = [](auto time) {
    for (const auto end = RequestNotes::Clock::now() + time; RequestNotes::Clock::now() < end;) {
    }
  };
  using namespace std::chrono_literals;
  watched.enter(1, Way::to_client);
  spin(2ms);
  watched.enter(0, Way::to_client);
  spin(20ms);
  watched.leave(0, Way::to_client);
  watched.leave(1, Way::to_client);
  const auto& stages = notes.attempts[0].stages;
  EXPECT_GE(stages[0].response, 20ms);
  EXPECT_GE(stages[1].response, 2ms);
  EXPECT_LT(stages[1].response, stages[0].response) << "what it called is not its own";
  EXPECT_EQ(stages[0].messages, 1u);
}

TEST_F(Attempts, ASpanOfTheCallIsTheParentOfTheProviders) {
  HttpCall call;
  call.url = "https://user@api.example.com/v1/x?key=1";
  begin().calling(call);
  EXPECT_EQ(call.headers.find("traceparent"), "00-4bf92f3577b34da6a3ce929d0e0e4736-" + notes.attempts[0].span_id + "-01");
  EXPECT_EQ(call.headers.find("tracestate"), "vendor=x");
  EXPECT_EQ(notes.attempts[0].host, "api.example.com");
  EXPECT_EQ(notes.attempts[0].port, 443);
}

TEST_F(Attempts, OutsideOfATraceNoHeaderIsAdded) {
  notes.trace = {};
  HttpCall call;
  call.url = "http://[::1]:8080/";
  begin().calling(call);
  EXPECT_FALSE(call.headers.contains("traceparent"));
  EXPECT_EQ(notes.attempts[0].host, "[::1]");
  EXPECT_EQ(notes.attempts[0].port, 8080);
}

TEST_F(Attempts, BodiesAreKeptWhereAStageChangedThem) {
  plan.bodies = std::make_shared<const monitoring::BodyCapture>(1'000, std::vector<std::string>{"secret"});
  notes.body = R"({"a":1})";
  AttemptRecord& watched = connect();
  watched.request_left(0, Document(std::string(R"({"a":1})")));
  watched.request_left(1, Document(std::string(R"({"a":"secret"})")));
  EXPECT_FALSE(notes.attempts[0].stages[0].body);
  EXPECT_EQ(notes.attempts[0].stages[1].body, R"({"a":"[redacted]"})");
  watched.answer_left(2, Document(std::string("x")));
  watched.answer_left(1, Document(std::string("x")));
  watched.answer_left(0, Document(std::string("y")));
  EXPECT_EQ(notes.attempts[0].reply, "x");
  EXPECT_FALSE(notes.attempts[0].stages[1].answer);
  EXPECT_EQ(notes.attempts[0].stages[0].answer, "y");
}

TEST_F(Attempts, TheFirstEventsAreKeptAsEachStageLeftThem) {
  plan.bodies = std::make_shared<const monitoring::BodyCapture>(1'000, std::vector<std::string>{"secret"}, 2);
  AttemptRecord& watched = connect();
  const auto event = [](std::string data) { return Event{"e", Document(std::move(data))}; };
  watched.event_left(2, event("1 secret"));
  watched.event_left(1, event("a"));
  watched.event_left(1, event("b"));
  watched.event_left(2, event("2"));
  watched.event_left(1, event("c"));
  const auto& stages = notes.attempts[0].stages;
  ASSERT_EQ(stages[2].events.size(), 2u);
  EXPECT_EQ(stages[2].events[0].data, "1 [redacted]");
  EXPECT_EQ(stages[2].events[0].cause, 0u);
  ASSERT_EQ(stages[1].events.size(), 2u) << "no more than the capture keeps";
  EXPECT_EQ(stages[1].events[1].data, "b");
  EXPECT_EQ(stages[1].events[1].cause, 1u);
  EXPECT_EQ(stages[1].events_left, 3u);
}

TEST_F(Attempts, NoEventIsKeptAfterOneThatWasTooLarge) {
  plan.bodies = std::make_shared<const monitoring::BodyCapture>(10, std::vector<std::string>{}, 5);
  AttemptRecord& watched = connect();
  watched.event_left(2, Event{"", Document(std::string("12345"))});
  watched.event_left(2, Event{"", Document(std::string("1234567"))});
  watched.event_left(2, Event{"", Document(std::string("1"))});
  EXPECT_EQ(notes.attempts[0].stages[2].events.size(), 1u);
  EXPECT_EQ(notes.attempts[0].stages[2].events_left, 3u);
}

TEST_F(Attempts, WithoutAWishStagesAreNotWatched) {
  plan.stages = false;
  EXPECT_FALSE(begin().watches_stages());
}

}  // namespace
}  // namespace patchbay::server
