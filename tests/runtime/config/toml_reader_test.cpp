#include "config/toml_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "environment.hpp"

namespace patchbay::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

struct Read {
  std::optional<Located> document;
  std::vector<std::string> faults;
  std::vector<std::string> unmet;
};

Read read(std::string_view text) {
  std::vector<Diagnostic> diagnostics;
  std::vector<Unmet> unmet;
  Read result{read_toml(text, "f.toml", diagnostics, unmet), {}, {}};
  for (const Diagnostic& one : diagnostics) result.faults.push_back(to_string(one));
  for (const Unmet& one : unmet) result.unmet.push_back(to_string(one.fault));
  return result;
}

std::string place(const Read& read, std::string_view pointer) {
  const Position at = read.document->find(pointer);
  return at.file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

/// The value of `v`.
std::string expanded(std::string_view text) {
  return std::string(read("v = '" + std::string(text) + "'").document->value.at("v").as_string());
}

TEST(TomlReader, GivesEveryTypeAsJson) {
  const Read got = read("i = -3\nf = 1.5\nb = true\ns = 'x'\nl = [1, 'a']\nt = { k = 1 }\nd = 2024-05-01\n[[a]]\nn = 1\n[[a]]\nn = 2\n");
  EXPECT_EQ(got.document->value,
            boost::json::parse(R"({"i":-3,"f":1.5,"b":true,"s":"x","l":[1,"a"],"t":{"k":1},"d":"2024-05-01","a":[{"n":1},{"n":2}]})"));
  EXPECT_THAT(got.faults, IsEmpty());
}

TEST(TomlReader, NothingIsAnEmptyTable) { EXPECT_EQ(read("# only a comment\n").document->value, boost::json::parse("{}")); }

TEST(TomlReader, AMemberStandsWhereItsKeyStands) {
  const Read got = read("\n[server]\n  listen = 'x'\n");
  EXPECT_EQ(place(got, "/server/listen"), "f.toml:3:3");
}

TEST(TomlReader, AnElementStandsWhereItsValueStands) {
  const Read got = read("l = [\n  'a',\n    'b',\n]\n");
  EXPECT_EQ(place(got, "/l/1"), "f.toml:3:5");
}

TEST(TomlReader, AnInlineTableHasPlacesToo) {
  const Read got = read("t = { a = { b = 1 } }\n");
  EXPECT_EQ(place(got, "/t/a/b"), "f.toml:1:13");
}

TEST(TomlReader, AnArrayOfTablesHasAPlaceForEach) {
  const Read got = read("[[r]]\nid = 1\n\n[[r]]\nid = 2\n");
  EXPECT_EQ(place(got, "/r/1/id"), "f.toml:5:1");
}

TEST(TomlReader, AKeyIsEscapedInThePointer) {
  const Read got = read("'a/b~c' = 1\n");
  EXPECT_EQ(got.document->parts.count("/a~1b~0c"), 1u);
}

TEST(TomlReader, AVariableIsReplacedByTheEnvironment) {
  const Environment set("PATCHBAY_TEST_A", "one");
  EXPECT_EQ(expanded("<${PATCHBAY_TEST_A}|${PATCHBAY_TEST_A}>"), "<one|one>");
}

TEST(TomlReader, AVariableIsReplacedInArraysAndInlineTables) {
  const Environment set("PATCHBAY_TEST_A", "one");
  EXPECT_EQ(read("l = [{ k = '${PATCHBAY_TEST_A}' }]").document->value, boost::json::parse(R"({"l":[{"k":"one"}]})"));
}

TEST(TomlReader, ASetVariableGoesBeforeItsDefault) {
  const Environment set("PATCHBAY_TEST_A", "one");
  EXPECT_EQ(expanded("${PATCHBAY_TEST_A:two}"), "one");
}

TEST(TomlReader, AnEmptyVariableIsSet) {
  const Environment set("PATCHBAY_TEST_A", "");
  EXPECT_EQ(expanded("${PATCHBAY_TEST_A:two}"), "");
}

TEST(TomlReader, AnUnsetVariableIsItsDefault) { EXPECT_EQ(expanded("${PATCHBAY_TEST_UNSET:http://h:1}"), "http://h:1"); }
TEST(TomlReader, ADefaultMayBeEmpty) { EXPECT_EQ(expanded("a${PATCHBAY_TEST_UNSET:}b"), "ab"); }
TEST(TomlReader, TwoDollarsAreAPlainBrace) { EXPECT_EQ(expanded("$${HOME} ${PATCHBAY_TEST_UNSET:x}"), "${HOME} x"); }
TEST(TomlReader, ADollarAloneStays) { EXPECT_EQ(expanded("$5 and $HOME"), "$5 and $HOME"); }

TEST(TomlReader, AVariablesTextIsNotExpandedAgain) {
  const Environment set("PATCHBAY_TEST_A", "${PATCHBAY_TEST_A}");
  EXPECT_EQ(expanded("${PATCHBAY_TEST_A}"), "${PATCHBAY_TEST_A}");
}

TEST(TomlReader, AnUnsetVariableIsUnmetAndHasItsPlace) {
  EXPECT_THAT(read("[server]\nlisten = '${PATCHBAY_TEST_UNSET}'\n").unmet,
              ElementsAre("f.toml:2:10: server.listen: the environment variable PATCHBAY_TEST_UNSET is not set; set it, or give a default: "
                          "${PATCHBAY_TEST_UNSET:…}"));
}

TEST(TomlReader, EveryUnsetVariableIsUnmet) {
  EXPECT_EQ(read("a = '${PATCHBAY_TEST_UNSET}${PATCHBAY_TEST_UNSET}'\nb = ['${PATCHBAY_TEST_UNSET}']\n").unmet.size(), 3u);
}

TEST(TomlReader, AnUnclosedVariableIsAFault) {
  EXPECT_THAT(read("a = 'x ${HOME'\n").faults, ElementsAre("f.toml:1:5: a: '${' is not closed by '}' (write '$${' for a plain one)"));
}

TEST(TomlReader, ANumberThatIsNotFiniteIsAFault) {
  EXPECT_THAT(read("a = inf\nb = nan\n").faults,
              ElementsAre("f.toml:1:5: a: a number must be finite", "f.toml:2:5: b: a number must be finite"));
}

TEST(TomlReader, ASyntaxErrorHasLineAndColumn) {
  const Read got = read("[server]\nlisten = \n");
  EXPECT_FALSE(got.document.has_value());
  EXPECT_THAT(got.faults, ElementsAre(StartsWith("f.toml:2:10: not valid TOML: ")));
}

TEST(TomlReader, AKeyThatIsThereTwiceIsASyntaxError) { EXPECT_THAT(read("a = 1\na = 2\n").faults, ElementsAre(StartsWith("f.toml:2:"))); }

}  // namespace
}  // namespace patchbay::config
