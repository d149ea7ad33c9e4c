// The configurations that `patchbay plugin check` tries, made from a schema alone.

#include "plugins/validator/config_generator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "config/schema_validator.hpp"

namespace patchbay::plugins::validator {
namespace {

namespace json = boost::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

const json::value schema = json::parse(R"({
  "type": "object",
  "properties": {
    "url": {"type": "string", "examples": ["https://api.example.com"]},
    "size": {"type": "integer", "minimum": 1, "maximum": 9, "default": 5},
    "on": {"type": "boolean", "default": true},
    "level": {"type": "string", "enum": ["low", "high"], "default": "low"},
    "pause": {"type": ["integer", "string"], "format": "duration", "default": 0},
    "rules": {"type": "array", "default": [], "items":
      {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"], "additionalProperties": false}},
    "headers/names": {"type": "object", "additionalProperties": {"type": "string"}, "default": {}}
  },
  "required": ["url"],
  "additionalProperties": false
})");

std::vector<std::string> texts(const std::vector<Variation>& variations) {
  std::vector<std::string> texts;
  for (const Variation& variation : variations) texts.push_back(variation.pointer + " = " + variation.value);
  return texts;
}

TEST(TheSmallestConfiguration, IsWhatTheSchemaRequiresFromItsExamples) {
  EXPECT_EQ(json::serialize(smallest_config(schema)), R"({"url":"https://api.example.com"})");
}

TEST(TheSmallestConfiguration, TakesTheDefaultOrThePlainestWithoutAnExample) {
  const json::value without = json::parse(
      R"({"type":"object","required":["a","b","c"],"properties":{"a":{"type":"integer","minimum":7},"b":{"type":"string","default":"x"},"c":{"type":"array"}}})");
  EXPECT_EQ(json::serialize(smallest_config(without)), R"({"a":7,"b":"x","c":[]})");
}

TEST(RandomConfigurations, KeepTheSchema) {
  Random random(1);
  for (int i = 0; i < 500; ++i) {
    const json::value config = random_config(schema, random);
    EXPECT_THAT(config::validate(config, schema), IsEmpty()) << json::serialize(config);
  }
}

TEST(RandomConfigurations, FollowTheSeed) {
  Random one(1);
  Random same(1);
  Random other(2);
  std::string first;
  std::string again;
  std::string different;
  for (int i = 0; i < 20; ++i) {
    first += json::serialize(random_config(schema, one));
    again += json::serialize(random_config(schema, same));
    different += json::serialize(random_config(schema, other));
  }
  EXPECT_EQ(first, again);
  EXPECT_NE(first, different);
}

TEST(AllowedVariations, HaveEveryChoiceAndBothBounds) {
  EXPECT_THAT(texts(allowed_variations(schema, smallest_config(schema))),
              IsSupersetOf({R"(/url = "https://api.example.com")", "/size = 5", "/size = 1", "/size = 9", "/on = true", "/on = false",
                            R"(/level = "low")", R"(/level = "high")", R"(/pause = "250ms")"}));
}

TEST(AllowedVariations, KeepTheSchema) {
  for (const Variation& variation : allowed_variations(schema, smallest_config(schema)))
    EXPECT_THAT(config::validate(variation.config, schema), IsEmpty()) << json::serialize(variation.config);
}

TEST(ForbiddenVariations, AreAtEveryDepthAndPointToTheirPlace) {
  EXPECT_THAT(
      texts(forbidden_variations(schema, smallest_config(schema))),
      IsSupersetOf({"/url = true", "/url = nothing", "/size = 0", "/size = 10", R"(/on = "a text")", R"(/level = "a text")", "/pause = -7",
                    "/rules = true", "/rules/0 = true", "/rules/0/path = true", "/rules/0/path = nothing", "/headers~1names/key = true"}));
}

TEST(ForbiddenVariations, LeaveEverythingElseAsItIs) {
  for (const Variation& variation : forbidden_variations(schema, smallest_config(schema)))
    for (const config::Fault& fault : config::validate(variation.config, schema)) EXPECT_TRUE(fault.pointer.starts_with(variation.pointer));
}

TEST(Variations, KeepTheRestOfTheGivenConfiguration) {
  const json::value base = json::parse(R"({"url":"https://other.example.com","size":2})");
  for (const Variation& variation : allowed_variations(schema, base)) EXPECT_TRUE(variation.config.as_object().contains("size"));
}

TEST(UnknownKeys, ArePutIntoEveryTableThatNamesAllOfItsKeys) {
  EXPECT_THAT(texts(unknown_keys(schema, smallest_config(schema))),
              ElementsAre("/nobody-knows-this-key = 1", "/rules/0/nobody-knows-this-key = 1"));
}

}  // namespace
}  // namespace patchbay::plugins::validator
