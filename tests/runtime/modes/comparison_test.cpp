#include "modes/comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace patchbay::modes {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> paths(const Comparison& comparison) {
  std::vector<std::string> paths;
  for (const Difference& difference : comparison.differences()) paths.push_back(difference.path);
  return paths;
}

std::vector<std::string> differences(std::string_view v1, std::string_view v2, Comparison::What what = Comparison::What::values) {
  Comparison comparison(default_ignored(), what);
  comparison.text(v1, v2, "/response");
  return paths(comparison);
}

TEST(Comparison, OrderOfMembersAndSpellingOfNumbersAreNoDifference) {
  EXPECT_THAT(differences(R"({"a":1,"b":[1,2]})", R"({ "b":[1.0,2], "a":1e0 })"), IsEmpty());
}

TEST(Comparison, NamesThePlaceOfEachDifference) {
  EXPECT_THAT(differences(R"({"a":{"b":[1,2]},"c":1})", R"({"a":{"b":[1,3,4]},"d":1})"),
              ElementsAre("/response/a/b/1", "/response/a/b/2", "/response/c", "/response/d"));
}

TEST(Comparison, KeepsTheFirstOfManyDifferencesAndCountsThemAll) {
  Comparison comparison(default_ignored());
  for (int i = 0; i < 100; ++i) comparison.differ("/response/" + std::to_string(i), "1", "2");
  comparison.differ("/response/id", "1", "2");  // may differ
  EXPECT_EQ(comparison.differences().size(), 64);
  EXPECT_EQ(comparison.differences().back().path, "/response/63");
  EXPECT_EQ(comparison.found(), 100);
}

TEST(Comparison, AnotherTypeIsADifference) { EXPECT_THAT(differences(R"({"a":"1"})", R"({"a":1})"), ElementsAre("/response/a")); }

TEST(Comparison, IdsAndTimesAreNot) {
  EXPECT_THAT(differences(R"({"id":"a","created":1,"choices":[{"message":{"tool_calls":[{"id":"x"}]}}]})",
                          R"({"id":"b","created":2,"choices":[{"message":{"tool_calls":[{"id":"y"}]}}]})"),
              IsEmpty());
}

TEST(Comparison, TextThatIsNotJsonIsComparedAsText) {
  EXPECT_THAT(differences("plain", "plain"), IsEmpty());
  EXPECT_THAT(differences("plain", "other"), ElementsAre("/response"));
}

TEST(Comparison, ShapesAskForMembersAndTypesOnly) {
  EXPECT_THAT(differences(R"({"text":"hi","n":1})", R"({"text":"hello","n":2})", Comparison::What::shapes), IsEmpty());
  EXPECT_THAT(differences(R"({"text":"hi","n":1})", R"({"text":2,"m":1})", Comparison::What::shapes),
              ElementsAre("/response/text", "/response/n", "/response/m"));
}

TEST(Comparison, AnAnswerAndAnErrorDiffer) {
  SeenAnswer v1;
  v1.response = "{}";
  v1.complete = true;
  SeenAnswer v2;
  v2.error.emplace();
  Comparison comparison(default_ignored());
  comparison.answers(v1, v2);
  EXPECT_THAT(paths(comparison), ElementsAre("/answer"));
}

TEST(Comparison, EventsAreComparedOneByOne) {
  SeenAnswer v1;
  v1.events = {{"a", "{\"x\":1}"}, {"b", "{}"}, {"c", "{}"}};
  v1.complete = true;
  SeenAnswer v2;
  v2.events = {{"a", "{\"x\":2}"}, {"other", "{}"}};
  v2.complete = true;
  Comparison comparison(default_ignored());
  comparison.answers(v1, v2);
  EXPECT_THAT(paths(comparison), ElementsAre("/events/0/x", "/events/1", "/events"));
}

TEST(Comparison, ShapesOfStreamsDoNotCountEvents) {
  SeenAnswer v1;
  v1.events = {{"", R"({"delta":"a"})"}, {"", R"({"delta":"b"})"}, {"", R"({"finish":"stop"})"}};
  v1.complete = true;
  SeenAnswer v2;
  v2.events = {{"", R"({"delta":"other"})"}, {"", R"({"finish":7})"}};
  v2.complete = true;
  Comparison comparison(default_ignored(), Comparison::What::shapes);
  comparison.answers(v1, v2);
  EXPECT_THAT(paths(comparison), ElementsAre("/events/event/finish", "/events/event/finish"));
}

TEST(Ignored, StarsStandForParts) {
  const Ignored ignored({"/a/*/c", "/**/id"});
  EXPECT_TRUE(ignored.covers("/a/b/c"));
  EXPECT_FALSE(ignored.covers("/a/c"));
  EXPECT_TRUE(ignored.covers("/id"));
  EXPECT_TRUE(ignored.covers("/x/y/id"));
  EXPECT_FALSE(ignored.covers("/x/ids"));
}

TEST(Ignored, DifferencesAreCountedWithoutIndices) { EXPECT_EQ(general_path("/events/12/choices/0/v1"), "/events/*/choices/*/v1"); }

}  // namespace
}  // namespace patchbay::modes
