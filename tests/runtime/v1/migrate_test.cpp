#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "config/toml_reader.hpp"
#include "reading.hpp"
#include "v1/report.hpp"
#include "v1/toml_text.hpp"

namespace patchbay::v1 {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace v1::testing;

constexpr std::string_view file =
    R"({"glm":{"type":"glm","baseURL":"https://glm.test/v4","apiKey":["secret-one"],"models":{"glm-4.6":{},"glm-4.5":{}}}})";

Plan plan_of(std::string_view routing) { return lower(configuration(user_file(file, routing))); }

TEST(Migrate, WritesTomlThatNamesWhatItIsMadeOf) {
  const std::string toml = to_toml(plan_of(R"({"default":["glm.glm-4.6"],"coding":["glm.glm-4.5"]})"), "v1.json");
  EXPECT_THAT(toml, AllOf(HasSubstr("# /virtualrouter/providers/glm\n[library.glm]\ntype = \"provider-openai\"\n"),
                          HasSubstr("# /virtualrouter/routing/coding\n[[routes]]\nid = \"coding\"\npriority = 10\n"),
                          HasSubstr("pattern = { category = \"coding\" }\n")));
}

TEST(Migrate, WritesNoKeyInClear) {
  EXPECT_THAT(to_toml(plan_of(R"({"default":["glm.glm-4.6"]})"), "v1.json"),
              AllOf(Not(HasSubstr("secret-one")), HasSubstr("api_keys = [\"${GLM_API_KEY_1}\"]")));
}

TEST(Migrate, NamesOfModelsAreOneExpression) {
  EXPECT_THAT(to_toml(plan_of(R"({"default":["glm.glm-4.6"]})"), "v1.json"),
              AllOf(HasSubstr(R"(pattern = { model = '^glm\.(glm-4\.5|glm-4\.6)(\.key1)?$' })"), HasSubstr(R"(model = '\1')")));
}

TEST(Migrate, WhatItWritesIsToml) {
  std::vector<config::Diagnostic> diagnostics;
  std::vector<config::Unmet> unmet;
  const std::string toml = to_toml(plan_of(R"({"default":["glm.glm-4.6"],"premium":["glm.glm-4.5"]})"), "v1.json");
  EXPECT_TRUE(config::read_toml(toml, "v2.toml", diagnostics, unmet)) << to_string(diagnostics.at(0));
  EXPECT_THAT(diagnostics, IsEmpty());
}

TEST(Migrate, TheSameFileIsTheSameText) {
  const std::string routing = R"({"default":["glm.glm-4.6"],"premium":["glm.glm-4.5"]})";
  EXPECT_EQ(to_toml(plan_of(routing), "v1.json"), to_toml(plan_of(routing), "v1.json"));
}

TEST(Migrate, TheReportSaysWhatBecameOfEachPart) {
  const boost::json::value report =
      report_json(plan_of(R"({"default":["glm.glm-4.6"],"premium":["glm.glm-4.5"]})"), "v1.json", "user configuration");
  const std::string text = report_text(report);
  EXPECT_THAT(text, AllOf(HasSubstr("/virtualrouter/providers/glm: [library.glm], a provider-openai"),
                          HasSubstr("/virtualrouter/routing/premium: no request is of category `premium` by itself"),
                          HasSubstr("GLM_API_KEY_1: the key that stands in v1.json")));
  EXPECT_EQ(report.at("variables").as_array().size(), 1u);
}

}  // namespace
}  // namespace patchbay::v1
