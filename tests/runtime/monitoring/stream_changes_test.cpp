#include "monitoring/stream_changes.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

namespace patchbay::monitoring {
namespace {

using ::testing::HasSubstr;

namespace json = boost::json;

/// A stage that these events left.
StageNotes left(std::vector<StageEvent> events) {
  StageNotes notes;
  notes.events_left = events.size();
  notes.events = std::move(events);
  return notes;
}

/// What the provider's stream was: two events.
StageNotes provider() { return left({{0, "", R"({"n":1})"}, {0, "", R"({"n":2})"}}); }

json::array changes(const StageNotes& stage) { return stream_changes(provider(), stage).at("changes").as_array(); }

TEST(StreamChanges, EventsThatWerePassedOnAreNone) {
  const json::object events = stream_changes(provider(), left({{1, "", R"({"n":1})"}, {2, "", R"({"n": 2})"}}));
  EXPECT_EQ(events, json::parse(R"({"in":2,"out":2,"compared":2,"changes":[]})"));
}

TEST(StreamChanges, AnEventThatBecameAnotherHasADiff) {
  EXPECT_EQ(changes(left({{1, "", R"({"n":1})"}, {2, "delta", R"({"n":3})"}})), json::parse(R"([
    {"event":2,"diff":[{"op":"replace","path":"/n","before":2,"after":3}],"name":{"before":"","after":"delta"}}])"));
}

TEST(StreamChanges, AnEventMayBecomeSeveralOrNone) {
  EXPECT_EQ(changes(left({{2, "a", "{}"}, {2, "b", "x"}})),
            json::parse(R"([{"event":1,"became":[]},{"event":2,"became":[{"name":"a","data":{}},{"name":"b","data":"x"}]}])"));
}

TEST(StreamChanges, WhatAStageSaysByItselfIsOfEventZero) {
  EXPECT_EQ(changes(left({{0, "start", "{}"}, {1, "", R"({"n":1})"}, {2, "", R"({"n":2})"}})),
            json::parse(R"([{"event":0,"became":[{"name":"start","data":{}}]}])"));
}

TEST(StreamChanges, AnEventWhoseSequelWasNotKeptIsNotCompared) {
  StageNotes stage = left({{1, "", R"({"n":1})"}, {2, "", R"({"n":2})"}});
  stage.events_left = 3;
  EXPECT_EQ(stream_changes(provider(), stage).at("compared"), 1u);
}

TEST(StreamChanges, HaveALineForEachInText) {
  const StageNotes stage = left({{1, "", R"({"n":7})"}});
  EXPECT_EQ(stream_text(stream_changes(provider(), stage)),
            "      events: 2 in, 1 out; of the first 2, 2 changed\n"
            "      event 1: replace /n 1 -> 7\n"
            "      event 2: dropped\n");
}

}  // namespace
}  // namespace patchbay::monitoring
