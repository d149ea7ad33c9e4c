#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "environment.hpp"
#include "loading.hpp"

namespace patchbay::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view vendors =
    "[library.a]\ntype = 'p'\nconfig = { key = '${PATCHBAY_TEST_A}' }\n"
    "[library.b]\ntype = 'p'\nconfig = { key = '${PATCHBAY_TEST_B}' }\n";

std::string route_to(std::string_view entry) {
  return "[[routes]]\nid = 'r'\nmodules = [{ type = 'provider', config = '" + std::string(entry) + "' }]\n";
}

class UnmetTest : public testing::Test {
 protected:
  std::vector<std::string> faults(std::string_view text) { return faults_of(folder_, text); }

  TemporaryFolder folder_;
};

TEST_F(UnmetTest, AnEntryThatNoRouteNamesNeedsNoVariable) {
  const Environment set("PATCHBAY_TEST_A", "key");
  EXPECT_THAT(faults(std::string(vendors) + route_to("a")), IsEmpty());
}

TEST_F(UnmetTest, AnEntryThatARouteNamesNeedsItsVariable) {
  const Environment set("PATCHBAY_TEST_A", "key");
  EXPECT_THAT(faults(std::string(vendors) + route_to("b")),
              ElementsAre("m.toml:6:18: library.b.config.key: the environment variable PATCHBAY_TEST_B is not set; set it, or give a "
                          "default: ${PATCHBAY_TEST_B:…}"));
}

TEST_F(UnmetTest, AVariableOfAnEntryThatTwoRoutesNameIsToldOnce) {
  EXPECT_EQ(faults(std::string(vendors) + "[[routes]]\nid = 'x'\nmodules = [{ type = 'provider', config = 'a' }]\n"
                                          "[[routes]]\nid = 'y'\nmodules = [{ type = 'provider', config = 'a' }]\n")
                .size(),
            1u);
}

TEST_F(UnmetTest, AFaultyRouteStillNamesItsEntries) {
  EXPECT_EQ(faults(std::string(vendors) + "[[routes]]\nid = 'r'\nprioritee = 1\nmodules = [{ type = 'provider', config = 'a' }]\n").size(),
            2u);
}

TEST_F(UnmetTest, ATargetNamesEntries) {
  EXPECT_EQ(
      faults(std::string(vendors) + "[[routes]]\nid = 'r'\n[[routes.targets]]\nmodules = [{ type = 'provider', config = 'a' }]\n").size(),
      1u);
}

TEST_F(UnmetTest, AHookNamesEntries) {
  const Environment set("PATCHBAY_TEST_A", "key");
  EXPECT_EQ(faults(std::string(vendors) + route_to("a") + "[[hooks]]\nid = 'h'\nconfig = 'b'\n").size(), 1u);
}

TEST_F(UnmetTest, AnEntryOfAnotherFileIsNoDifferent) {
  folder_.write("vendors.toml", vendors);
  const Environment set("PATCHBAY_TEST_A", "key");
  EXPECT_THAT(faults("include = ['vendors.toml']\n" + route_to("a")), IsEmpty());
  EXPECT_EQ(faults("include = ['vendors.toml']\n" + route_to("b")).size(), 1u);
}

TEST_F(UnmetTest, AnEntryWhoseNameNeedsEscapingIsFound) {
  EXPECT_EQ(faults("[library.'a/b']\ntype = 'p'\nconfig = { key = '${PATCHBAY_TEST_A}' }\n" + route_to("a/b")).size(), 1u);
}

TEST_F(UnmetTest, AnEntryThatNoRouteNamesNeedsNoSecretFile) {
  const std::string entry = "[library.c]\ntype = 'p'\nconfig = { key = 'file:gone' }\n";
  EXPECT_THAT(faults(entry + std::string(minimal_route)), IsEmpty());
  EXPECT_EQ(faults(entry + route_to("c")).size(), 1u);
}

TEST_F(UnmetTest, AVariableOutsideOfTheLibraryIsAlwaysNeeded) {
  EXPECT_EQ(faults("[server]\nlisten = '${PATCHBAY_TEST_A}'\n" + std::string(minimal_route)).size(), 1u);
}

}  // namespace
}  // namespace patchbay::config
