#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loading.hpp"

namespace patchbay::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

std::string route(std::string_view id) {
  return "[[routes]]\nid = '" + std::string(id) + "'\nmodules = [{ type = 'provider', config = { type = 'p' } }]\n";
}

class IncludeTest : public testing::Test {
 protected:
  std::vector<std::string> route_ids(std::string_view main) {
    Loaded loaded = load(folder_.write("m.toml", main));
    EXPECT_THAT(texts(loaded.diagnostics, folder_), IsEmpty());
    std::vector<std::string> ids;
    if (loaded.settings)
      for (const Route& one : loaded.settings->routes) ids.push_back(one.id);
    return ids;
  }

  TemporaryFolder folder_;
};

TEST_F(IncludeTest, TheMainFilesRoutesComeFirst) {
  folder_.write("a.toml", route("a"));
  EXPECT_THAT(route_ids("include = ['a.toml']\n" + route("m")), ElementsAre("m", "a"));
}

TEST_F(IncludeTest, FilesComeInTheOrderTheyAreNamed) {
  folder_.write("a.toml", route("a"));
  folder_.write("b.toml", route("b"));
  EXPECT_THAT(route_ids("include = ['b.toml', 'a.toml']\n"), ElementsAre("b", "a"));
}

TEST_F(IncludeTest, AGlobTakesItsMatchesByName) {
  folder_.write("routes.d/20.toml", route("twenty"));
  folder_.write("routes.d/10.toml", route("ten"));
  folder_.write("routes.d/30.txt", "not TOML");
  EXPECT_THAT(route_ids("include = ['routes.d/*.toml']\n"), ElementsAre("ten", "twenty"));
}

TEST_F(IncludeTest, AGlobMayMatchNothing) { EXPECT_THAT(route_ids("include = ['routes.d/*.toml']\n" + route("m")), ElementsAre("m")); }

TEST_F(IncludeTest, PathsStartAtTheFileThatNamesThem) {
  folder_.write("sub/a.toml", "include = ['deep/b.toml']\n" + route("a"));
  folder_.write("sub/deep/b.toml", route("b"));
  EXPECT_THAT(route_ids("include = ['sub/a.toml']\n"), ElementsAre("a", "b"));
}

TEST_F(IncludeTest, AFolderWithBracketsInItsNameIsNoGlob) {
  folder_.write("x[1]/m.toml", "include = ['*.inc', 'b.toml']\n");
  folder_.write("x[1]/a.inc", route("a"));
  folder_.write("x[1]/b.toml", route("b"));
  const Loaded loaded = load(folder_.path("x[1]/m.toml"));
  EXPECT_THAT(texts(loaded.diagnostics, folder_), IsEmpty());
  ASSERT_TRUE(loaded.settings.has_value());
  EXPECT_EQ(loaded.settings->routes.size(), 2u);
}

TEST_F(IncludeTest, AFileThatIsNamedTwiceIsReadOnce) {
  folder_.write("a.toml", route("a"));
  EXPECT_THAT(route_ids("include = ['a.toml', './a.toml', '*.toml']\n" + route("m")), ElementsAre("m", "a"));
}

TEST_F(IncludeTest, AnEmptyFileAddsNothing) {
  folder_.write("a.toml", "");
  EXPECT_THAT(route_ids("include = ['a.toml']\n" + route("m")), ElementsAre("m"));
}

TEST_F(IncludeTest, ALibraryEntryMayStandInAnotherFileThanItsRoute) {
  folder_.write("a.toml", "[library.shared]\ntype = 'p'\n");
  EXPECT_THAT(route_ids("include = ['a.toml']\n[[routes]]\nid = 'm'\nmodules = [{ type = 'provider', config = 'shared' }]\n"),
              ElementsAre("m"));
}

TEST_F(IncludeTest, EveryFileIsListedForTheWatch) {
  folder_.write("a.toml", route("a"));
  const Loaded loaded = load(folder_.write("m.toml", "include = ['a.toml']\n"));
  ASSERT_TRUE(loaded.settings.has_value());
  EXPECT_THAT(loaded.settings->files, ElementsAre(folder_.path("m.toml"), folder_.path("a.toml")));
}

TEST_F(IncludeTest, AMissingFileIsAFault) {
  EXPECT_THAT(faults_of(folder_, "include = [\n  'gone.toml',\n]\n" + route("m")),
              ElementsAre("m.toml:2:3: include: there is no file 'gone.toml'"));
}

TEST_F(IncludeTest, AFileThatIncludesItselfIsAFault) {
  folder_.write("a.toml", "include = ['b.toml']\n");
  folder_.write("b.toml", "include = ['a.toml']\n");
  EXPECT_THAT(faults_of(folder_, "include = ['a.toml']\n" + route("m")),
              ElementsAre("b.toml:1:12: include: 'a.toml' includes itself, directly or through others"));
}

TEST_F(IncludeTest, ATableOfTheMainFileInAnotherOneIsAFault) {
  folder_.write("a.toml", "[server]\nlisten = ':1'\n");
  EXPECT_THAT(
      faults_of(folder_, "include = ['a.toml']\n" + route("m")),
      ElementsAre("a.toml:1:2: server: an included file may have only [library.*] and [[routes]]; this belongs into the main file"));
}

TEST_F(IncludeTest, AnUnknownTableInAnotherFileIsAFault) {
  folder_.write("a.toml", "[libary.x]\ntype = 'p'\n");
  EXPECT_THAT(faults_of(folder_, "include = ['a.toml']\n" + route("m")),
              ElementsAre("a.toml:1:2: libary: unknown table (did you mean 'library'?)"));
}

TEST_F(IncludeTest, ASyntaxErrorNamesTheOtherFile) {
  folder_.write("a.toml", "x =\n");
  EXPECT_THAT(faults_of(folder_, "include = ['a.toml']\n" + route("m")), ElementsAre(StartsWith("a.toml:1:4: not valid TOML: ")));
}

TEST_F(IncludeTest, ALibraryNameThatIsTakenNamesBothPlaces) {
  folder_.write("a.toml", "\n[library.x]\ntype = 'p'\n");
  EXPECT_THAT(faults_of(folder_, "include = ['a.toml']\n[library.x]\ntype = 'p'\n" + route("m")),
              ElementsAre("a.toml:2:10: library.x: [library.x] is there already, at m.toml:2"));
}

TEST_F(IncludeTest, ARouteIdThatIsTakenNamesBothPlaces) {
  folder_.write("a.toml", "\n" + route("m"));
  EXPECT_THAT(faults_of(folder_, "include = ['a.toml']\n" + route("m")),
              ElementsAre("a.toml:3:1: routes[1].id: route 'm' is there already, at m.toml:3"));
}

TEST_F(IncludeTest, FaultsOfTheMainFileComeFirst) {
  folder_.write("a.toml", "x = 1\n");
  EXPECT_THAT(faults_of(folder_, "include = ['a.toml']\nzzzz = 1\n" + route("m")),
              ElementsAre("m.toml:2:1: zzzz: unknown table", "a.toml:1:1: x: unknown table"));
}

TEST_F(IncludeTest, SomethingElseThanAListIsAFault) {
  EXPECT_THAT(faults_of(folder_, "include = 'a.toml'\n" + route("m")),
              ElementsAre("m.toml:1:1: include: expected an array, found a string"));
}

}  // namespace
}  // namespace patchbay::config
