#include "monitoring/trace_ring.hpp"

#include <gmock/gmock.h>

#include "notes.hpp"

namespace patchbay::monitoring {
namespace {

using ::testing::ElementsAre;

struct Ring : ::testing::Test {
  void end(const char* id, const char* model = "") {
    RequestNotes notes = testing::answered(id);
    notes.model = model;
    ring.ended(std::make_shared<const RequestNotes>(std::move(notes)));
  }
  std::vector<std::string> latest(std::size_t count) const {
    std::vector<std::string> ids;
    for (const auto& notes : ring.latest(count)) ids.push_back(notes->id);
    return ids;
  }
  TraceRing ring{3};
};

TEST_F(Ring, HasTheLatestFirst) {
  end("1");
  end("2");
  EXPECT_THAT(latest(10), ElementsAre("2", "1"));
  EXPECT_THAT(latest(1), ElementsAre("2"));
}

TEST_F(Ring, ForgetsTheOldest) {
  for (const char* const id : {"1", "2", "3", "4"}) end(id);
  EXPECT_THAT(latest(10), ElementsAre("4", "3", "2"));
  EXPECT_EQ(ring.find("1"), nullptr);
}

TEST_F(Ring, FindsTheNewestOfAnId) {
  end("1", "old");
  end("1", "new");
  EXPECT_EQ(ring.find("1")->model, "new");
}

TEST(EmptyRing, KeepsNothing) {
  TraceRing ring(0);
  ring.ended(std::make_shared<const RequestNotes>());
  EXPECT_TRUE(ring.latest(5).empty());
}

}  // namespace
}  // namespace patchbay::monitoring
