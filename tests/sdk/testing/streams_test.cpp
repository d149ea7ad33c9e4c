#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "patchbay/testing.hpp"

namespace patchbay {

bool operator==(const EventText& a, const EventText& b) { return a.name == b.name && a.data == b.data; }
void PrintTo(const EventText& event, std::ostream* out) { *out << event.name << ": " << event.data; }

namespace testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::Gt;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Pieces = std::vector<LocalAnswer::Piece>;

std::string joined(const Pieces& pieces) { return body_of({.pieces = pieces}); }
std::vector<std::string> texts(const Pieces& pieces) {
  std::vector<std::string> texts;
  for (const auto& piece : pieces) texts.push_back(piece.bytes);
  return texts;
}
std::vector<EventText> events_in(Framing framing, const Pieces& pieces) {
  EventCutter cutter(framing);
  std::vector<EventText> events;
  for (const auto& piece : pieces)
    for (EventText& event : cutter.feed(piece.bytes)) events.push_back(std::move(event));
  for (EventText& event : cutter.finish()) events.push_back(std::move(event));
  return events;
}

TEST(Splitting, AtAByteMakesTwoPieces) { EXPECT_THAT(texts(split_at("abc", 1)), ElementsAre("a", "bc")); }
TEST(Splitting, BehindTheEndIsRefused) { EXPECT_THROW((void)split_at("abc", 4), std::invalid_argument); }
TEST(Splitting, EveryByteMakesPiecesOfOne) { EXPECT_THAT(texts(split_every("abc", 1)), ElementsAre("a", "b", "c")); }
TEST(Splitting, EveryFewBytesLeavesTheRest) { EXPECT_THAT(texts(split_every("abc", 2)), ElementsAre("ab", "c")); }

TEST(Splitting, AtRandomKeepsTheBytesAndFollowsTheSeed) {
  const std::string body(1000, 'x');
  const Pieces pieces = split_randomly(body, 7);
  EXPECT_THAT(pieces, SizeIs(Gt(10u)));
  EXPECT_EQ(joined(pieces), body);
  EXPECT_EQ(texts(pieces), texts(split_randomly(body, 7)));
  EXPECT_NE(texts(pieces), texts(split_randomly(body, 8)));
}

TEST(Merging, AtRandomKeepsTheBytesInFewerPieces) {
  const Pieces pieces = split_every(std::string(100, 'x'), 1);
  const Pieces merged = merge_randomly(pieces, 7);
  EXPECT_EQ(joined(merged), joined(pieces));
  EXPECT_LT(merged.size(), pieces.size());
  EXPECT_THAT(merged, SizeIs(Gt(1u)));
}

struct Recording {
  Framing framing;
  std::string body;
  std::vector<EventText> events;
};
void PrintTo(const Recording& recording, std::ostream* out) { *out << recording.body; }

struct Cut : ::testing::TestWithParam<Recording> {};

TEST_P(Cut, AnywhereInTwoItHasTheSameEvents) {
  const auto& [framing, body, events] = GetParam();
  for (std::size_t at = 0; at <= body.size(); ++at) EXPECT_EQ(events_in(framing, split_at(body, at)), events) << "split at " << at;
}

TEST_P(Cut, IntoSingleBytesItHasTheSameEvents) {
  EXPECT_EQ(events_in(GetParam().framing, split_every(GetParam().body, 1)), GetParam().events);
}

TEST_P(Cut, EndsCompletely) {
  EventCutter cutter(GetParam().framing);
  (void)cutter.feed(GetParam().body);
  (void)cutter.finish();
  EXPECT_FALSE(cutter.incomplete());
}

INSTANTIATE_TEST_SUITE_P(
    Streams, Cut,
    ::testing::Values(
        Recording{
            Framing::sse, "event: a\ndata: 1\n\ndata: 2\ndata: 3\n\n: ping\n\ndata:4\nid: x\n\n", {{"a", "1"}, {"", "2\n3"}, {"", "4"}}},
        Recording{Framing::sse, "data: 1\r\n\r\ndata: 2\r\n\r\n", {{"", "1"}, {"", "2"}}},
        Recording{Framing::sse, "data: 1\r\rdata: 2\r\r", {{"", "1"}, {"", "2"}}},
        Recording{Framing::ndjson, "{\"a\":1}\n\n {\"b\":2}\r\n{\"c\":3}", {{"", "{\"a\":1}"}, {"", "{\"b\":2}"}, {"", "{\"c\":3}"}}},
        Recording{Framing::json_array, "[{\"a\":\"],\\\"\"} ,\n [1,2],3]\n", {{"", "{\"a\":\"],\\\"\"}"}, {"", "[1,2]"}, {"", "3"}}},
        Recording{Framing::json_array, " [ ] ", {}}));

TEST(Cutting, SaysThatAStreamEndsInTheMiddleOfAnEvent) {
  for (const auto& [framing, body] : {std::pair(Framing::sse, "data: 1\n"), std::pair(Framing::json_array, "[{")}) {
    EventCutter cutter(framing);
    EXPECT_THAT(cutter.feed(body), IsEmpty());
    EXPECT_TRUE(cutter.incomplete());
  }
}

TEST(Cutting, RefusesWhatHasNoEvents) { EXPECT_THROW(EventCutter(Framing::whole), std::invalid_argument); }

TEST(SseBytes, AreReadBackAsTheSameEvents) {
  const std::vector<EventText> events = {{"a", "1\n2"}, {"", "3"}};
  EXPECT_EQ(events_of(Framing::sse, sse_bytes(events)), events);
}

TEST(Framings, FollowTheContentTypeUnlessTheCallSaysOne) {
  EXPECT_EQ(framing_of(Framing::automatic, {{"Content-Type", "text/event-stream; charset=utf-8"}}), Framing::sse);
  EXPECT_EQ(framing_of(Framing::automatic, {{"content-type", "application/x-ndjson"}}), Framing::ndjson);
  EXPECT_EQ(framing_of(Framing::automatic, {}), Framing::whole);
  EXPECT_EQ(framing_of(Framing::json_array, {{"content-type", "text/event-stream"}}), Framing::json_array);
}

}  // namespace
}  // namespace testing
}  // namespace patchbay
