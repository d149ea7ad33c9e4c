#include "patchbay/json_skim.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace patchbay {
namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

Members members(std::string_view text) {
  Members found;
  JsonSkim skim(text);
  while (skim.next()) found.emplace_back(skim.key(), skim.value());
  return found;
}

bool malformed(std::string_view text) {
  JsonSkim skim(text);
  while (skim.next()) {
  }
  return skim.malformed();
}

TEST(JsonSkim, ShowsEveryTopLevelMemberAsRawText) {
  EXPECT_EQ(members(R"( {"a": 1 , "b":"x","c":[1,{"d":2}],"e":{"f":"}"} } )"),
            (Members{{"a", "1"}, {"b", "\"x\""}, {"c", R"([1,{"d":2}])"}, {"e", R"({"f":"}"})"}}));
}

TEST(JsonSkim, AKeyIsWhatItMeansHoweverItIsWritten) {
  EXPECT_EQ(members(R"({"mod\u0065l":"x","\/":1,"\ud800":2,"model":"y"})"),
            (Members{{"model", "\"x\""}, {"/", "1"}, {"", "2"}, {"model", "\"y\""}}));
}

TEST(JsonSkim, AnEmptyObjectHasNoMembers) { EXPECT_EQ(members("{}"), Members{}); }

TEST(JsonSkim, BracketsAndQuotesInsideStringsAreText) {
  EXPECT_EQ(members(R"({"a":["]\"}","\\"],"b":true})"), (Members{{"a", R"(["]\"}","\\"])"}, {"b", "true"}}));
}

TEST(JsonSkim, LongStringsAreCrossedWhole) {
  const std::string text(1000, 'x');
  EXPECT_EQ(members("{\"long\":\"" + text + "\\\"" + text + "\",\"next\":null}"),
            (Members{{"long", "\"" + text + "\\\"" + text + "\""}, {"next", "null"}}));
}

TEST(JsonSkim, WhatIsNotAnObjectIsMalformed) {
  for (const char* text : {"", " ", "[]", "null", "\"a\"", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,}", "{,}", "{\"a\" 1}",
                           "{\"a\":tru}", "{\"a\":\"x}", "{\"a\":[1}", "{\"a\":[1,2}]", "{\"a\":1}x", "{\"a\":1 \"b\":2}"})
    EXPECT_TRUE(malformed(text)) << text;
}

TEST(JsonSkim, NestingBeyond128LevelsIsMalformed) {
  EXPECT_FALSE(malformed("{\"a\":" + std::string(128, '[') + std::string(128, ']') + "}"));
  EXPECT_TRUE(malformed("{\"a\":" + std::string(129, '[') + std::string(129, ']') + "}"));
}

TEST(JsonSkim, EveryTruncationOfAnObjectIsMalformed) {
  const std::string whole = R"({"model":"m","messages":[{"role":"user","content":"a \"quoted\" {word}"}],"n":-1.5e3,"stream":true})";
  for (std::size_t length = 0; length < whole.size(); ++length) EXPECT_TRUE(malformed(std::string_view(whole).substr(0, length))) << length;
  EXPECT_FALSE(malformed(whole));
}

/// The same by the book, a byte at a time.
bool is_outline(std::string_view text) {
  std::string closers;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      closers += c == '{' ? '}' : ']';
    } else if (c == '}' || c == ']') {
      if (closers.empty() || closers.back() != c) return false;
      closers.pop_back();
      if (closers.empty()) return text.find_first_not_of(' ', i + 1) == std::string_view::npos;
    }
  }
  return false;
}

TEST(IsJsonOutline, IsWhatAReaderOfSingleBytesSees) {
  std::mt19937 random(7);
  constexpr std::string_view alphabet = "{}[]{}[]\"\"\\,:a1 ";
  int outlines = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text(1, random() % 2 == 0 ? '{' : '[');
    for (std::size_t rest = random() % 70; rest > 0; --rest) {
      const char c = alphabet[random() % alphabet.size()];
      text.append(c == 'a' ? random() % 40 : 1, c);
    }
    if (random() % 2 == 0) text += text.front() == '{' ? '}' : ']';
    const bool expected = is_outline(text);
    ASSERT_EQ(is_json_outline(text), expected) << text;
    outlines += expected ? 1 : 0;
  }
  EXPECT_GT(outlines, 1'000);
}

TEST(StringValue, IsTheInsideOfAStringWithItsEscapesResolved) {
  EXPECT_EQ(string_value("\"gpt-4o\""), "gpt-4o");
  EXPECT_EQ(string_value(R"("a\u0041")"), "aA");
  EXPECT_EQ(string_value("12"), "");
}

TEST(HasStringToken, DoesNotFindATokenQuotedInsideAnotherString) {
  EXPECT_TRUE(has_string_token(R"([{"type":"image_url"}])", "\"image_url\""));
  EXPECT_FALSE(has_string_token(R"([{"text":"say \"image_url\" please"}])", "\"image_url\""));
  EXPECT_TRUE(has_string_token(R"(["\\","image_url"])", "\"image_url\""));
}

TEST(IsNonemptyArray, NeedsAnElement) {
  EXPECT_TRUE(is_nonempty_array("[1]"));
  EXPECT_FALSE(is_nonempty_array("[ ]"));
  EXPECT_FALSE(is_nonempty_array("{}"));
}

TEST(IsJsonOutline, TakesAnyOneValueAndNothingAfterIt) {
  EXPECT_TRUE(is_json_outline(R"({"a":[1,2]})"));
  EXPECT_TRUE(is_json_outline(" [] "));
  EXPECT_TRUE(is_json_outline("null"));
  EXPECT_FALSE(is_json_outline("{\"a\":1"));
  EXPECT_FALSE(is_json_outline("{} {}"));
  EXPECT_FALSE(is_json_outline("hello"));
}

}  // namespace
}  // namespace patchbay
