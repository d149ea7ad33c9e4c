#include "patchbay/headers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace patchbay {
namespace {

using testing::ElementsAre;

std::vector<std::string> lines(const Headers& headers) {
  std::vector<std::string> text;
  for (const Header& line : headers) text.push_back(line.name + ": " + line.value);
  return text;
}

TEST(Headers, KeepTheOrderAndSpellingOfArrival) {
  Headers headers{{"X-B", "1"}, {"x-a", "2"}};
  headers.add("X-b", "3");
  EXPECT_THAT(lines(headers), ElementsAre("X-B: 1", "x-a: 2", "X-b: 3"));
}

TEST(Headers, FindTheFirstLineWithoutRegardToCase) {
  const Headers headers{{"Content-Type", "a"}, {"content-type", "b"}};
  EXPECT_EQ(headers.find("CONTENT-TYPE"), "a");
}

TEST(Headers, FindNothingThatIsNotThere) {
  const Headers headers{{"Accept", "a"}};
  EXPECT_EQ(headers.find("Accep"), std::nullopt);
  EXPECT_FALSE(headers.contains("Accept-Encoding"));
}

TEST(Headers, SetReplacesEveryLineInThePlaceOfTheFirst) {
  Headers headers{{"A", "1"}, {"B", "2"}, {"a", "3"}, {"C", "4"}};
  headers.set("a", "9");
  EXPECT_THAT(lines(headers), ElementsAre("A: 9", "B: 2", "C: 4"));
}

TEST(Headers, SetAppendsANewName) {
  Headers headers{{"A", "1"}};
  headers.set("B", "2");
  EXPECT_THAT(lines(headers), ElementsAre("A: 1", "B: 2"));
}

TEST(Headers, RemoveTakesEveryLineAndCounts) {
  Headers headers{{"A", "1"}, {"B", "2"}, {"a", "3"}};
  EXPECT_EQ(headers.remove("A"), 2u);
  EXPECT_EQ(headers.remove("A"), 0u);
  EXPECT_THAT(lines(headers), ElementsAre("B: 2"));
}

TEST(Headers, ClearLeavesNone) {
  Headers headers{{"A", "1"}};
  headers.clear();
  EXPECT_TRUE(headers.empty());
  EXPECT_EQ(headers.size(), 0u);
}

TEST(Headers, CopyIsIndependent) {
  const Headers original{{"A", "1"}};
  Headers copy = original;
  copy.set("A", "2");
  EXPECT_EQ(original.find("A"), "1");
}

TEST(EqualsIgnoringCase, IsTheSameForEveryByteInAShortNameAndInALongOne) {
  for (int i = 0; i < 256; ++i) {
    for (int j = 0; j < 256; ++j) {
      const std::string x(1, static_cast<char>(i));
      const std::string y(1, static_cast<char>(j));
      const std::string before = "Content-";
      EXPECT_EQ(equals_ignoring_case(x, y), equals_ignoring_case(before + x + "-Length", "cONTENT-" + y + "-lENGTH")) << i << ' ' << j;
    }
  }
}

TEST(EqualsIgnoringCase, FoldsAsciiLettersOnly) {
  EXPECT_TRUE(equals_ignoring_case("X-Request-ID", "x-rEQUEST-id"));
  EXPECT_FALSE(equals_ignoring_case("[", "{"));  // differ by the bit that folds letters
  EXPECT_FALSE(equals_ignoring_case("ä", "Ä"));
  EXPECT_FALSE(equals_ignoring_case("a", "ab"));
}

}  // namespace
}  // namespace patchbay
