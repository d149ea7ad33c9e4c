#include "patchbay/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/describe.hpp>
#include <boost/json.hpp>

namespace patchbay::config {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

namespace json = boost::json;

namespace fixtures {

enum class Color { dark_red, green };
BOOST_DESCRIBE_ENUM(Color, dark_red, green)

struct Inner {
  std::string name = "inner";
  int depth = 1;
  static constexpr Doc docs[] = {{.field = "name", .text = "how it is called"}};
};
BOOST_DESCRIBE_STRUCT(Inner, (), (name, depth))

struct Everything {
  bool flag = true;
  int small = -3;
  std::uint16_t narrow = 7;
  std::uint64_t wide = 9;
  double ratio = 0.5;
  std::string text = "plain";
  std::chrono::milliseconds wait{250};
  std::optional<std::string> maybe;
  std::vector<std::string> list{"a"};
  std::map<std::string, int> table{{"k", 1}};
  Color color = Color::dark_red;
  Inner inner;
  boost::json::value anything;
  std::string operator_ = "equals";
};
BOOST_DESCRIBE_STRUCT(Everything, (), (flag, small, narrow, wide, ratio, text, wait, maybe, list, table, color, inner, anything, operator_))

struct Strict {
  std::string name;
  int count = 5;
  std::chrono::milliseconds pause{100};
  std::string level = "info";
  static constexpr Doc docs[] = {
      {.field = "name", .text = "who", .required = true},
      {.field = "count", .minimum = 1.0, .maximum = 10.0},
      {.field = "pause", .minimum = 50.0, .maximum = 60'000.0},
      {.field = "level", .choices = "debug|info|error"},
  };
};
BOOST_DESCRIBE_STRUCT(Strict, (), (name, count, pause, level))

struct Exemplary {
  std::string base_url;
  static constexpr Doc docs[] = {{.field = "base_url", .required = true, .example = R"("https://api.example.com")"}};
};
BOOST_DESCRIBE_STRUCT(Exemplary, (), (base_url))

struct Outer {
  Inner inner;
  std::vector<Inner> inners;
  std::map<std::string, Inner> named;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (inner, inners, named))

}  // namespace fixtures

namespace {

using fixtures::Color;
using fixtures::Everything;
using fixtures::Outer;
using fixtures::Strict;

template <class T = Everything>
T parsed(std::string_view text) {
  return parse<T>(json::parse(text));
}

/// Pointer and message of every fault.
template <class T = Everything>
std::vector<std::pair<std::string, std::string>> faults(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> found;
  try {
    (void)parse<T>(json::parse(text));
  } catch (const Error& error) {
    for (const Fault& fault : error.faults()) found.emplace_back(fault.pointer, fault.message);
  }
  return found;
}

TEST(ConfigParse, WhatIsNotSaidKeepsItsDefault) {
  const Everything config = parsed("{}");
  EXPECT_TRUE(config.flag);
  EXPECT_EQ(config.small, -3);
  EXPECT_EQ(config.wait, std::chrono::milliseconds(250));
  EXPECT_EQ(config.maybe, std::nullopt);
  EXPECT_THAT(config.list, ElementsAre("a"));
  EXPECT_THAT(config.table, ElementsAre(Pair("k", 1)));
  EXPECT_EQ(config.inner.name, "inner");
}

TEST(ConfigParse, WhatIsNotSaidIsAsInTheGivenResult) {
  Everything base;
  base.small = 40;
  base.inner.depth = 8;
  const Everything config = parse<Everything>(json::parse(R"({"inner":{"name":"n"}})"), base);
  EXPECT_EQ(config.small, 40);
  EXPECT_EQ(config.inner.depth, 8);
  EXPECT_EQ(config.inner.name, "n");
}

TEST(ConfigParse, Boolean) { EXPECT_FALSE(parsed(R"({"flag":false})").flag); }
TEST(ConfigParse, SignedInteger) { EXPECT_EQ(parsed(R"({"small":-2147483648})").small, std::numeric_limits<int>::min()); }
TEST(ConfigParse, NarrowInteger) { EXPECT_EQ(parsed(R"({"narrow":65535})").narrow, 65535); }
TEST(ConfigParse, WideInteger) { EXPECT_EQ(parsed(R"({"wide":18446744073709551615})").wide, std::numeric_limits<std::uint64_t>::max()); }
TEST(ConfigParse, Number) { EXPECT_EQ(parsed(R"({"ratio":0.25})").ratio, 0.25); }
TEST(ConfigParse, IntegerWhereANumberIsWanted) { EXPECT_EQ(parsed(R"({"ratio":2})").ratio, 2.0); }
TEST(ConfigParse, Text) { EXPECT_EQ(parsed(R"({"text":"ü\n"})").text, "ü\n"); }
TEST(ConfigParse, DurationAsMilliseconds) { EXPECT_EQ(parsed(R"({"wait":1500})").wait, std::chrono::milliseconds(1500)); }
TEST(ConfigParse, DurationAsText) { EXPECT_EQ(parsed(R"({"wait":"5m"})").wait, std::chrono::minutes(5)); }
TEST(ConfigParse, Optional) { EXPECT_EQ(parsed(R"({"maybe":"yes"})").maybe, "yes"); }
TEST(ConfigParse, EnumIsSpelledWithHyphens) { EXPECT_EQ(parsed(R"({"color":"dark-red"})").color, Color::dark_red); }
TEST(ConfigParse, KeywordMemberHasNoUnderscoreInItsKey) { EXPECT_EQ(parsed(R"({"operator":"gt"})").operator_, "gt"); }
TEST(ConfigParse, AnyValue) { EXPECT_EQ(parsed(R"({"anything":[1,{"a":null}]})").anything, json::parse(R"([1,{"a":null}])")); }

TEST(ConfigParse, ListReplacesTheDefaultOne) { EXPECT_THAT(parsed(R"({"list":["x","y"]})").list, ElementsAre("x", "y")); }

TEST(ConfigParse, MapReplacesTheDefaultOne) {
  EXPECT_THAT(parsed(R"({"table":{"x":2,"y":3}})").table, ElementsAre(Pair("x", 2), Pair("y", 3)));
}

TEST(ConfigParse, NestedStructsInListsAndMaps) {
  const Outer config = parsed<Outer>(R"({"inner":{"depth":2},"inners":[{"depth":3}],"named":{"n":{"depth":4}}})");
  EXPECT_EQ(config.inner.depth, 2);
  EXPECT_EQ(config.inners.at(0).depth, 3);
  EXPECT_EQ(config.named.at("n").depth, 4);
  EXPECT_EQ(config.named.at("n").name, "inner");
}

TEST(ConfigFault, WholeMustBeATable) { EXPECT_THAT(faults("[]"), ElementsAre(Pair("", "expected a table, found an array"))); }
TEST(ConfigFault, Boolean) { EXPECT_THAT(faults(R"({"flag":1})"), ElementsAre(Pair("/flag", "expected true or false, found an integer"))); }
TEST(ConfigFault, Integer) { EXPECT_THAT(faults(R"({"small":1.5})"), ElementsAre(Pair("/small", "expected an integer, found a number"))); }
TEST(ConfigFault, IntegerTooSmall) { EXPECT_THAT(faults(R"({"narrow":-1})"), ElementsAre(Pair("/narrow", "must be at least 0"))); }
TEST(ConfigFault, IntegerTooLarge) { EXPECT_THAT(faults(R"({"narrow":65536})"), ElementsAre(Pair("/narrow", "must be at most 65535"))); }
TEST(ConfigFault, Number) { EXPECT_THAT(faults(R"({"ratio":"x"})"), ElementsAre(Pair("/ratio", "expected a number, found a string"))); }
TEST(ConfigFault, Text) { EXPECT_THAT(faults(R"({"text":true})"), ElementsAre(Pair("/text", "expected a string, found a boolean"))); }
TEST(ConfigFault, Optional) { EXPECT_THAT(faults(R"({"maybe":null})"), ElementsAre(Pair("/maybe", "expected a string, found null"))); }
TEST(ConfigFault, List) { EXPECT_THAT(faults(R"({"list":"a"})"), ElementsAre(Pair("/list", "expected an array, found a string"))); }
TEST(ConfigFault, ListElement) {
  EXPECT_THAT(faults(R"({"list":["a",2]})"), ElementsAre(Pair("/list/1", "expected a string, found an integer")));
}
TEST(ConfigFault, Map) { EXPECT_THAT(faults(R"({"table":[]})"), ElementsAre(Pair("/table", "expected a table, found an array"))); }
TEST(ConfigFault, MapMember) {
  EXPECT_THAT(faults(R"({"table":{"a/b":""}})"), ElementsAre(Pair("/table/a~1b", "expected an integer, found a string")));
}
TEST(ConfigFault, Nested) {
  EXPECT_THAT(faults(R"({"inner":{"depth":[]}})"), ElementsAre(Pair("/inner/depth", "expected an integer, found an array")));
}
TEST(ConfigFault, EnumOfAnotherType) {
  EXPECT_THAT(faults(R"({"color":1})"), ElementsAre(Pair("/color", "expected a string, found an integer")));
}
TEST(ConfigFault, Enum) {
  EXPECT_THAT(faults(R"({"color":"dark_red"})"), ElementsAre(Pair("/color", "'dark_red' is not one of dark-red, green")));
}

TEST(ConfigFault, DurationSaysHowItIsWritten) {
  const auto wanted =
      ElementsAre(Pair("/wait", R"(expected a duration of at most 8760h: milliseconds, or text like "250ms", "30s", "5m", "1h")"));
  EXPECT_THAT(faults(R"({"wait":"5 minutes"})"), wanted);
  EXPECT_THAT(faults(R"({"wait":-1})"), wanted);
  EXPECT_THAT(faults(R"({"wait":1.5})"), wanted);
  EXPECT_THAT(faults(R"({"wait":"8761h"})"), wanted);
  EXPECT_THAT(faults(R"({"wait":9223372036854775807})"), wanted);
}

TEST(ConfigFault, UnknownKeyAndTheNearestKnownOne) {
  try {
    (void)parsed(R"({"txet":""})");
    FAIL() << "parsed";
  } catch (const Error& error) {
    ASSERT_EQ(error.faults().size(), 1u);
    EXPECT_EQ(error.faults()[0].pointer, "/txet");
    EXPECT_EQ(error.faults()[0].message, "unknown key 'txet'");
    EXPECT_EQ(error.faults()[0].suggestion, "text");
    EXPECT_STREQ(error.what(), "/txet: unknown key 'txet' (did you mean 'text'?)");
  }
}

TEST(ConfigFault, KeywordMemberIsNotKnownByItsCppName) {
  EXPECT_THAT(faults(R"({"operator_":"gt"})"), ElementsAre(Pair("/operator_", "unknown key 'operator_'")));
}

TEST(ConfigFault, RequiredKeyIsMissing) { EXPECT_THAT(faults<Strict>("{}"), ElementsAre(Pair("/name", "'name' is required"))); }

TEST(ConfigFault, NumberBeyondItsBounds) {
  EXPECT_THAT(faults<Strict>(R"({"name":"n","count":0})"), ElementsAre(Pair("/count", "must be at least 1")));
  EXPECT_THAT(faults<Strict>(R"({"name":"n","count":11})"), ElementsAre(Pair("/count", "must be at most 10")));
}

TEST(ConfigFault, BoundsThemselvesAreAllowed) {
  EXPECT_THAT(faults<Strict>(R"({"name":"n","count":1,"pause":"1m"})"), IsEmpty());
  EXPECT_THAT(faults<Strict>(R"({"name":"n","count":10,"pause":50})"), IsEmpty());
}

TEST(ConfigFault, DurationBeyondItsBoundsInEitherSpelling) {
  EXPECT_THAT(faults<Strict>(R"({"name":"n","pause":49})"), ElementsAre(Pair("/pause", "must be at least 50")));
  EXPECT_THAT(faults<Strict>(R"({"name":"n","pause":"49ms"})"), ElementsAre(Pair("/pause", "must be at least 50ms")));
  EXPECT_THAT(faults<Strict>(R"({"name":"n","pause":"2m"})"), ElementsAre(Pair("/pause", "must be at most 60000ms")));
}

TEST(ConfigFault, TextThatIsNoChoice) {
  EXPECT_THAT(faults<Strict>(R"({"name":"n","level":"warn"})"), ElementsAre(Pair("/level", "'warn' is not one of debug, info, error")));
}

TEST(ConfigFault, WrongTypeIsOneFaultAlsoWithChoicesAndBounds) {
  EXPECT_THAT(faults<Strict>(R"({"name":"n","level":3,"count":"x"})"),
              ElementsAre(Pair("/count", "expected an integer, found a string"), Pair("/level", "expected a string, found an integer")));
}

TEST(ConfigFault, AllAreFoundAtOnce) {
  EXPECT_THAT(faults<Strict>(R"({"nmae":"n","count":0,"level":"x"})"),
              ElementsAre(Pair("/nmae", "unknown key 'nmae'"), Pair("/name", "'name' is required"), Pair("/count", "must be at least 1"),
                          Pair("/level", "'x' is not one of debug, info, error")));
}

TEST(ConfigFault, ValuesAreNotShown) {
  try {
    (void)parsed(R"({"list":"sk-secret"})");
    FAIL() << "parsed";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), Not(HasSubstr("sk-secret")));
  }
}

TEST(ConfigSchema, SaysTypesAndDefaults) {
  EXPECT_EQ(
      schema<Everything>(),
      R"({"type":"object","properties":{)"
      R"("flag":{"type":"boolean","default":true},)"
      R"("small":{"type":"integer","minimum":-2147483648,"maximum":2147483647,"default":-3},)"
      R"("narrow":{"type":"integer","minimum":0,"maximum":65535,"default":7},)"
      R"("wide":{"type":"integer","minimum":0,"default":9},)"
      R"("ratio":{"type":"number","default":5E-1},)"
      R"("text":{"type":"string","default":"plain"},)"
      R"("wait":{"type":["integer","string"],"format":"duration","default":250},)"
      R"("maybe":{"type":"string"},)"
      R"("list":{"type":"array","items":{"type":"string"},"default":["a"]},)"
      R"("table":{"type":"object","additionalProperties":{"type":"integer","minimum":-2147483648,"maximum":2147483647},"default":{"k":1}},)"
      R"("color":{"type":"string","enum":["dark-red","green"],"default":"dark-red"},)"
      R"("inner":{"type":"object","properties":{"name":{"type":"string","description":"how it is called","default":"inner"},)"
      R"("depth":{"type":"integer","minimum":-2147483648,"maximum":2147483647,"default":1}},"additionalProperties":false},)"
      R"("anything":{},)"
      R"("operator":{"type":"string","default":"equals"}},"additionalProperties":false})");
}

TEST(ConfigSchema, ShowsTheExampleOfADoc) {
  EXPECT_EQ(schema<fixtures::Exemplary>(),
            R"({"type":"object","properties":{"base_url":{"type":"string","examples":["https://api.example.com"]}},)"
            R"("additionalProperties":false,"required":["base_url"]})");
}

TEST(ConfigSchema, SaysWhatADocSays) {
  EXPECT_EQ(schema<Strict>(), R"({"type":"object","properties":{)"
                              R"("name":{"type":"string","description":"who"},)"
                              R"("count":{"type":"integer","minimum":1,"maximum":10,"default":5},)"
                              R"("pause":{"type":["integer","string"],"format":"duration","minimum":50,"maximum":60000,"default":100},)"
                              R"("level":{"type":"string","enum":["debug","info","error"],"default":"info"}},)"
                              R"("additionalProperties":false,"required":["name"]})");
}

TEST(ParseDuration, TakesEveryUnit) {
  EXPECT_EQ(parse_duration("0ms"), std::chrono::milliseconds(0));
  EXPECT_EQ(parse_duration("250ms"), std::chrono::milliseconds(250));
  EXPECT_EQ(parse_duration("30s"), std::chrono::seconds(30));
  EXPECT_EQ(parse_duration("5m"), std::chrono::minutes(5));
  EXPECT_EQ(parse_duration("1h"), std::chrono::hours(1));
}

TEST(ParseDuration, RefusesWhatIsNone) {
  EXPECT_EQ(parse_duration(""), std::nullopt);
  EXPECT_EQ(parse_duration("30"), std::nullopt);
  EXPECT_EQ(parse_duration("s"), std::nullopt);
  EXPECT_EQ(parse_duration("-1s"), std::nullopt);
  EXPECT_EQ(parse_duration("1.5s"), std::nullopt);
  EXPECT_EQ(parse_duration("30 s"), std::nullopt);
  EXPECT_EQ(parse_duration("1d"), std::nullopt);
}

TEST(ParseDuration, RefusesWhatOverflows) { EXPECT_EQ(parse_duration("9223372036854775807h"), std::nullopt); }

TEST(ParseDuration, ReachesAYear) {
  EXPECT_EQ(parse_duration("8760h"), longest_duration);
  EXPECT_EQ(parse_duration("525601m"), std::nullopt);
}

TEST(Nearest, FindsAMisspeltWord) {
  const std::vector<std::string> words{"listen", "threads", "api_keys"};
  EXPECT_EQ(nearest("lisen", words), "listen");
  EXPECT_EQ(nearest("api_kyes", words), "api_keys");
}

TEST(Nearest, FindsNothingAmongDistantWords) { EXPECT_EQ(nearest("zzzzzz", std::vector<std::string>{"listen", "threads"}), ""); }

}  // namespace
}  // namespace patchbay::config
