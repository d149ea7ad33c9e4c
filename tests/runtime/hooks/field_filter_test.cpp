#include "hooks/field_filter.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <stdexcept>

namespace patchbay::hooks {
namespace {

bool takes(const std::map<std::string, std::string>& patterns, const char* data) {
  return FieldFilter(patterns).takes(boost::json::parse(data).as_object());
}

TEST(FieldFilter, LooksIntoAField) {
  EXPECT_TRUE(takes({{"route", "^gpt"}}, R"({"route":"gpt-4"})"));
  EXPECT_FALSE(takes({{"route", "^gpt"}}, R"({"route":"claude"})"));
}

TEST(FieldFilter, TakesNumbersAndTruthAsText) {
  EXPECT_TRUE(takes({{"status", "^5"}, {"stream", "^true$"}}, R"({"status":502,"stream":true})"));
  EXPECT_FALSE(takes({{"status", "^5"}}, R"({"status":250})"));
}

TEST(FieldFilter, TakesNumbersInPlainDecimals) {
  EXPECT_TRUE(takes({{"duration_ms", "^[0-9]{5,}"}}, R"({"duration_ms":10502.983})"));
  EXPECT_FALSE(takes({{"duration_ms", "^[0-9]{5,}"}}, R"({"duration_ms":9.5})"));
}

TEST(FieldFilter, WantsEveryField) {
  EXPECT_FALSE(takes({{"route", "a"}, {"model", "b"}}, R"({"route":"a"})")) << "an event that has no such field is not meant";
  EXPECT_TRUE(takes({}, "{}"));
}

TEST(FieldFilter, NamesTheFieldWhoseExpressionIsNone) {
  try {
    const FieldFilter filter(std::map<std::string, std::string>{{"route", "("}});
    ADD_FAILURE() << "it was taken";
  } catch (const std::invalid_argument& error) {
    EXPECT_EQ(std::string(error.what()).substr(0, 11), "route: '(' ");
  }
}

}  // namespace
}  // namespace patchbay::hooks
