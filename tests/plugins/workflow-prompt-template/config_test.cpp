#include <gmock/gmock.h>

#include "patchbay/testing.hpp"

namespace patchbay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PromptTemplateConfig : public ::testing::Test {
 protected:
  std::vector<std::string> faults(std::string_view config) const { return modules.faults("workflow-prompt-template", config); }
  testing::Modules modules{*patchbay_plugin_entry_v1()};
};

TEST_F(PromptTemplateConfig, NeedsATemplateAndAWayToChooseIt) {
  EXPECT_THAT(faults(R"({"template":"a","templates":{"a":"x"}})"), IsEmpty());
  EXPECT_THAT(faults(R"({"templates":{"a":"x"}})"), ElementsAre(HasSubstr("name a 'template'")));
  EXPECT_THAT(faults(R"({"template":"b","templates":{"a":"x"}})"), ElementsAre(HasSubstr("there is no template 'b'")));
  EXPECT_THAT(faults(R"({"select":"model","templates":{}})"), ElementsAre(HasSubstr("/templates: there is none")));
}

TEST_F(PromptTemplateConfig, EveryVariableMustBeDeclared) {
  EXPECT_THAT(faults(R"({"template":"a","templates":{"a":"{{compny}}"},"variables":{"company":{"default":"x"}}})"),
              ElementsAre(HasSubstr("did you mean 'company'")));
}

TEST_F(PromptTemplateConfig, AVariableNeedsAValueFromSomewhere) {
  EXPECT_THAT(faults(R"({"template":"a","templates":{"a":"x"},"variables":{"v":{}}})"),
              ElementsAre(HasSubstr("needs 'from' or 'default'")));
  EXPECT_THAT(faults(R"({"template":"a","templates":{"a":"x"},"variables":{"v":{"from":"query.x"}}})"),
              ElementsAre(HasSubstr("/variables/v/from")));
}

TEST_F(PromptTemplateConfig, ExpressionsMustCompile) {
  EXPECT_THAT(faults(R"({"template":"a","templates":{"a":"x"},"variables":{"v":{"default":"","pattern":"["}}})"),
              ElementsAre(HasSubstr("/variables/v/pattern")));
}

TEST_F(PromptTemplateConfig, BrokenTemplatesTellTheByte) {
  EXPECT_THAT(faults(R"({"template":"a","templates":{"a":"one {{two"}})"), ElementsAre(HasSubstr("at byte 4 is not closed")));
  EXPECT_THAT(faults(R"({"template":"a","templates":{"a":"{{#each}}"}})"), ElementsAre(HasSubstr("there are no sections")));
  EXPECT_THAT(faults(R"({"template":"a","templates":{"a":"{{}}"}})"), ElementsAre(HasSubstr("at byte 0")));
}

TEST_F(PromptTemplateConfig, WhereRequestsSelectMustBeUnderstood) {
  EXPECT_THAT(faults(R"({"select":"x-template","templates":{"a":"x"}})"), ElementsAre(HasSubstr("/select")));
}

}  // namespace
}  // namespace patchbay
