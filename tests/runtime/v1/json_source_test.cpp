#include "v1/json_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace patchbay::v1 {
namespace {

using ::testing::HasSubstr;

config::Located read(std::string_view text) {
  std::vector<config::Diagnostic> diagnostics;
  std::optional<config::Located> located = read_json(text, "v1.json", diagnostics);
  EXPECT_TRUE(located) << (diagnostics.empty() ? "" : to_string(diagnostics.front()));
  return std::move(located).value_or(config::Located{});
}

std::string fault_of(std::string_view text) {
  std::vector<config::Diagnostic> diagnostics;
  EXPECT_FALSE(read_json(text, "v1.json", diagnostics));
  return diagnostics.empty() ? "" : to_string(diagnostics.front());
}

TEST(JsonSource, AMemberStandsWhereItsKeyStands) {
  const config::Located located = read("{\n  \"a\": {\"b\": [1,\n   \"x\\\"]\"]},\n  \"c\": true\n}");
  EXPECT_EQ(located.find("/a/b").line, 2u);
  EXPECT_EQ(located.find("/a/b").column, 9u);
  EXPECT_EQ(located.find("/a/b/1").line, 3u);
  EXPECT_EQ(located.find("/c").line, 4u);
}

TEST(JsonSource, KeysWithSlashesArePointersAllTheSame) {
  const config::Located located = read("{\"models\": {\"Qwen/QwQ-32B\": {}}}");
  EXPECT_EQ(located.find("/models/Qwen~1QwQ-32B").column, 13u);
}

TEST(JsonSource, AByteOrderMarkIsNoPartOfTheText) { EXPECT_TRUE(read("\xEF\xBB\xBF{}").value.is_object()); }

TEST(JsonSource, AFaultHasLineAndColumn) {
  EXPECT_THAT(fault_of("{\n  \"a\": 1,\n  \"b\": }\n"), HasSubstr("v1.json:3:8: not valid JSON: "));
}

TEST(JsonSource, TextAfterTheValueIsAFault) { EXPECT_THAT(fault_of("{}\n{}"), HasSubstr("v1.json:2:1: not valid JSON: ")); }

TEST(JsonSource, AFileThatEndsTooEarlyIsAFault) { EXPECT_THAT(fault_of("{\"a\": [1, 2"), HasSubstr("not valid JSON: ")); }

}  // namespace
}  // namespace patchbay::v1
