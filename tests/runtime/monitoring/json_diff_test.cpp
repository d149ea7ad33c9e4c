#include "monitoring/json_diff.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace patchbay::monitoring {
namespace {

boost::json::value diff(const char* before, const char* after, std::size_t limit = 200) {
  return json_diff(boost::json::parse(before), boost::json::parse(after), limit);
}

TEST(JsonDiff, OfEqualsIsEmpty) { EXPECT_EQ(diff(R"({"a":[1,{"b":2}]})", R"({"a":[1,{"b":2}]})"), boost::json::parse("[]")); }

TEST(JsonDiff, HasWhatWasAddedRemovedAndReplaced) {
  EXPECT_EQ(diff(R"({"a":1,"b":2})", R"({"b":3,"c":4})"), boost::json::parse(R"([
    {"op":"remove","path":"/a","before":1},
    {"op":"replace","path":"/b","before":2,"after":3},
    {"op":"add","path":"/c","after":4}])"));
}

TEST(JsonDiff, NamesPlacesInArrays) {
  EXPECT_EQ(diff("[1,2]", "[1,3,4]"), boost::json::parse(R"([
    {"op":"replace","path":"/1","before":2,"after":3},
    {"op":"add","path":"/2","after":4}])"));
}

TEST(JsonDiff, EscapesNames) { EXPECT_EQ(diff(R"({"a/b~":1})", R"({"a/b~":2})").at(0).at("path"), "/a~1b~0"); }

TEST(JsonDiff, IsBounded) {
  const boost::json::value found = diff("[1,2,3,4]", "[5,6,7,8]", 2);
  EXPECT_EQ(found.get_array().size(), 3u);
  EXPECT_EQ(found.at(2).at("op"), "more");
}

}  // namespace
}  // namespace patchbay::monitoring
