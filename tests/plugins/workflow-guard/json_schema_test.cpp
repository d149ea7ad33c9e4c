#include "json_schema.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

namespace patchbay::guard {
namespace {

struct Case {
  std::string schema;
  std::string value;
  std::string fault;  // empty: the value keeps the schema
};

class Schemas : public ::testing::TestWithParam<Case> {};

TEST_P(Schemas, AreKeptOrNot) {
  EXPECT_EQ(broken_schema(boost::json::parse(GetParam().schema), boost::json::parse(GetParam().value)).value_or(""), GetParam().fault);
}

INSTANTIATE_TEST_SUITE_P(Types, Schemas,
                         ::testing::Values(Case{R"({"type":"object"})", "{}", ""},
                                           Case{R"({"type":"object"})", "[]", "the answer must be of type object"},
                                           Case{R"({"type":["string","null"]})", "null", ""},
                                           Case{R"({"type":["string","null"]})", "1", "the answer must be of type string or null"},
                                           Case{R"({"type":"integer"})", "2.0", ""},
                                           Case{R"({"type":"integer"})", "2.5", "the answer must be of type integer"},
                                           Case{R"({"type":"STRING","nullable":true})", "null", ""},
                                           Case{R"({"type":"INTEGER"})", "\"1\"", "the answer must be of type INTEGER"},
                                           Case{"true", "1", ""}, Case{"false", "1", "the answer must not be there"}));

INSTANTIATE_TEST_SUITE_P(
    Objects, Schemas,
    ::testing::Values(Case{R"({"properties":{"a":{"type":"string"}},"required":["a"]})", R"({"a":"x","b":1})", ""},
                      Case{R"({"required":["a"]})", "{}", "the answer must have 'a'"},
                      Case{R"({"properties":{"a":{"properties":{"b":{"type":"string"}}}}})", R"({"a":{"b":1}})",
                           "/a/b must be of type string"},
                      Case{R"({"properties":{"a":{}},"additionalProperties":false})", R"({"a":1,"b":2})", "/b must not be there"},
                      Case{R"({"additionalProperties":{"type":"number"}})", R"({"b":"x"})", "/b must be of type number"},
                      Case{R"({"minProperties":1})", "{}", "the answer must have at least 1 members"}));

INSTANTIATE_TEST_SUITE_P(Arrays, Schemas,
                         ::testing::Values(Case{R"({"items":{"type":"string"}})", R"(["a",1])", "/1 must be of type string"},
                                           Case{R"({"prefixItems":[{"type":"string"}],"items":{"type":"number"}})", R"(["a",1])", ""},
                                           Case{R"({"minItems":1,"maxItems":2})", "[]", "the answer must have at least 1 elements"},
                                           Case{R"({"maxItems":"2"})", "[1,2,3]", "the answer must have at most 2 elements"}));

INSTANTIATE_TEST_SUITE_P(Scalars, Schemas,
                         ::testing::Values(Case{R"({"enum":["a",1]})", "1.0", ""},
                                           Case{R"({"enum":["a"]})", "\"b\"", R"(the answer must be one of ["a"])"},
                                           Case{R"({"const":true})", "false", "the answer must be true"},
                                           Case{R"({"minLength":2,"maxLength":2})", "\"\u00fc\u00fc\"", ""},
                                           Case{R"({"maxLength":1})", "\"ab\"", "the answer must have at most 1 characters"},
                                           Case{R"({"pattern":"^a+$"})", "\"ab\"", "the answer must match ^a+$"},
                                           Case{R"json({"pattern":"(?=x)"})json", "\"ab\"", ""}, Case{R"({"minimum":1})", "1", ""},
                                           Case{R"({"exclusiveMinimum":1})", "1", "the answer must be more than 1E0"},
                                           Case{R"({"maximum":1})", "2", "the answer must be at most 1E0"},
                                           Case{R"({"multipleOf":0.1})", "0.3", ""},
                                           Case{R"({"multipleOf":2})", "3", "the answer must be a multiple of 2E0"},
                                           Case{R"({"format":"email"})", "\"x\"", ""}));

INSTANTIATE_TEST_SUITE_P(
    Combinations, Schemas,
    ::testing::Values(Case{R"({"anyOf":[{"type":"string"},{"type":"null"}]})", "null", ""},
                      Case{R"({"anyOf":[{"type":"string"}]})", "1", "the answer keeps no schema of anyOf"},
                      Case{R"({"oneOf":[{"type":"number"},{"minimum":0}]})", "1", "the answer must keep exactly one schema of oneOf"},
                      Case{R"({"allOf":[{"minimum":0},{"maximum":1}]})", "2", "the answer must be at most 1E0"},
                      Case{R"({"not":{"type":"null"}})", "null", "the answer keeps the schema of not"},
                      Case{R"({"$ref":"#/$defs/n","$defs":{"n":{"properties":{"next":{"$ref":"#/$defs/n"}},"type":"object"}}})",
                           R"({"next":{"next":1}})", "/next/next must be of type object"},
                      Case{R"({"$ref":"#"})", "1", "the answer cannot be checked: the schema goes too deep"},
                      Case{R"({"$ref":"#/nowhere"})", "1", ""}));

}  // namespace
}  // namespace patchbay::guard
