#include "config/read_sound.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/describe/class.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace patchbay::config {

struct Rope {
  std::string name;
  int length = 1;

  static constexpr Doc docs[] = {
      {.field = "name", .text = "What it is called.", .required = true},
      {.field = "length", .text = "In metres.", .minimum = 1.0},
  };
};
BOOST_DESCRIBE_STRUCT(Rope, (), (name, length))

struct Boat {
  std::string name;
  int masts = 2;
  std::vector<Rope> ropes;
  std::optional<Rope> anchor_rope;

  static constexpr Doc docs[] = {
      {.field = "name", .text = "What it is called."},
      {.field = "masts", .text = "How many.", .minimum = 1.0},
      {.field = "ropes", .text = "Those on board."},
      {.field = "anchor_rope", .text = "The longest."},
  };
};
BOOST_DESCRIBE_STRUCT(Boat, (), (name, masts, ropes, anchor_rope))

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ReadSoundTest : public testing::Test {
 protected:
  std::optional<Boat> read(std::string_view text) { return read_sound<Boat>({boost::json::parse(text), {}, {}}, "boat", diagnostics_); }

  std::vector<std::string> faulty_keys() const {
    std::vector<std::string> keys;
    for (const Diagnostic& one : diagnostics_) keys.push_back(one.key);
    return keys;
  }

  std::vector<Diagnostic> diagnostics_;
};

TEST_F(ReadSoundTest, WhatIsSoundIsReadWhole) {
  const std::optional<Boat> boat = read(R"({"name": "Anna", "ropes": [{"name": "r"}]})");
  ASSERT_TRUE(boat);
  EXPECT_EQ(boat->name, "Anna");
  EXPECT_THAT(boat->ropes, SizeIs(1));
  EXPECT_THAT(diagnostics_, IsEmpty());
}

TEST_F(ReadSoundTest, AMemberAtFaultIsLeftOutAndTold) {
  const std::optional<Boat> boat = read(R"({"name": "Anna", "masts": 0, "sails": 4})");
  ASSERT_TRUE(boat);
  EXPECT_EQ(boat->name, "Anna");
  EXPECT_EQ(boat->masts, 2);
  EXPECT_THAT(faulty_keys(), testing::UnorderedElementsAre("boat.masts", "boat.sails"));
}

TEST_F(ReadSoundTest, AMemberOfAnElementIsLeftOutAlone) {
  const std::optional<Boat> boat = read(R"({"ropes": [{"name": "a", "lenght": 3}, {"name": "b"}]})");
  ASSERT_TRUE(boat);
  EXPECT_THAT(boat->ropes, SizeIs(2));
  EXPECT_THAT(faulty_keys(), ElementsAre("boat.ropes[0].lenght"));
}

TEST_F(ReadSoundTest, AListIsLeftOutAsAWholeSoThatNoElementMoves) {
  const std::optional<Boat> boat = read(R"({"name": "Anna", "ropes": [7, {"name": "b"}, 8]})");
  ASSERT_TRUE(boat);
  EXPECT_EQ(boat->name, "Anna");
  EXPECT_THAT(boat->ropes, IsEmpty());
  EXPECT_THAT(faulty_keys(), ElementsAre("boat.ropes[0]", "boat.ropes[2]"));
}

TEST_F(ReadSoundTest, WhatLacksSomethingIsLeftOut) {
  const std::optional<Boat> boat = read(R"({"name": "Anna", "anchor_rope": {"length": 50}})");
  ASSERT_TRUE(boat);
  EXPECT_FALSE(boat->anchor_rope);
  EXPECT_THAT(diagnostics_, SizeIs(1));
}

TEST_F(ReadSoundTest, WhatFollowsFromLeavingSomethingOutIsNotTold) {
  const std::optional<Boat> boat = read(R"({"name": "Anna", "anchor_rope": {"name": 5}})");
  ASSERT_TRUE(boat);
  EXPECT_FALSE(boat->anchor_rope);
  EXPECT_THAT(faulty_keys(), ElementsAre("boat.anchor_rope.name"));
}

TEST_F(ReadSoundTest, OfWhatIsNoObjectNothingIsSound) {
  EXPECT_FALSE(read("3"));
  EXPECT_THAT(faulty_keys(), ElementsAre("boat"));
}

}  // namespace
}  // namespace patchbay::config
