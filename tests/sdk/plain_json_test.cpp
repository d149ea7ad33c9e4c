#include "patchbay/plain_json.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <cstdlib>
#include <limits>

namespace patchbay {
namespace {

TEST(PlainJson, WritesNumbersAsPeopleDo) {
  EXPECT_EQ(plain_json(boost::json::value(10502.983)), "10502.983");
  EXPECT_EQ(plain_json(boost::json::value(0.175)), "0.175");
  EXPECT_EQ(plain_json(boost::json::value(6e-9)), "0.000000006");
  EXPECT_EQ(plain_json(boost::json::value(5.0)), "5");
  EXPECT_EQ(plain_json(boost::json::value(1e15)), "1000000000000000");
}

TEST(PlainJson, LosesNoDigit) {
  for (const double number : {0.1 + 0.2, 5e-324, std::numeric_limits<double>::max(), -1.0 / 3})
    EXPECT_EQ(std::strtod(plain_json(boost::json::value(number)).c_str(), nullptr), number);
}

TEST(PlainJson, IsJsonOtherwise) {
  const char* const text = R"({"a":[1,-2,18446744073709551615,true,null,"q\"\n",{}],"b":{"c":[]}})";
  EXPECT_EQ(plain_json(boost::json::parse(text)), text);
}

TEST(PlainJson, ANumberThatIsNoneIsNull) { EXPECT_EQ(plain_json(boost::json::value(std::numeric_limits<double>::quiet_NaN())), "null"); }

TEST(PlainText, OfATextIsTheText) {
  EXPECT_EQ(plain_text("as it is"), "as it is");
  EXPECT_EQ(plain_text(0.5), "0.5");
}

}  // namespace
}  // namespace patchbay
