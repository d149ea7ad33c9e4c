#include "monitoring/notes_stock.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "monitoring/notes_json.hpp"
#include "notes.hpp"

namespace patchbay::monitoring {
namespace {

TEST(FreshNotes, SayNothingOfTheRequestThatHadThemBefore) {
  std::shared_ptr<RequestNotes> notes = fresh_notes();
  const RequestNotes* const place = notes.get();
  *notes = testing::answered("req_1");
  notes->failure = RequestNotes::Failure{ErrorKind::upstream, "code", "message", "source"};
  notes->body = "body";
  notes->estimate = Usage{.input_tokens = 1};
  notes.reset();
  notes = fresh_notes();
  ASSERT_EQ(notes.get(), place) << "they are taken again";
  EXPECT_EQ(summary_of(*notes), summary_of(RequestNotes{}));
  EXPECT_TRUE(notes->id.empty());
  EXPECT_TRUE(notes->attempts.empty());
  EXPECT_FALSE(notes->failure || notes->body || notes->estimate || notes->cost);
}

TEST(FreshNotes, AreNotThoseThatSomebodyKeeps) {
  const std::shared_ptr<const RequestNotes> kept = fresh_notes();
  EXPECT_NE(fresh_notes().get(), kept.get());
}

TEST(FreshNotes, MayOutliveTheThreadThatTookThem) {
  std::shared_ptr<RequestNotes> notes;
  std::thread([&notes] {
    notes = fresh_notes();
    notes->id = "req_1";
  }).join();
  EXPECT_EQ(notes->id, "req_1");
}

}  // namespace
}  // namespace patchbay::monitoring
