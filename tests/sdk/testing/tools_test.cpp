// What goes with the harness: golden files, stress, shared libraries, counting of allocations.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "patchbay/testing.hpp"
#include "patchbay/testing/allocations.hpp"

namespace patchbay::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class GoldenFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "golden-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder = pattern;
    unsetenv("PATCHBAY_ACCEPT");
  }
  void TearDown() override {
    unsetenv("PATCHBAY_ACCEPT");
    std::filesystem::remove_all(folder);
  }
  void accept(const std::string& text) const {
    setenv("PATCHBAY_ACCEPT", "1", 1);
    EXPECT_EQ(Golden(folder).difference("deep/a.txt", text), "");
    unsetenv("PATCHBAY_ACCEPT");
  }
  std::string difference(const std::string& text) const { return Golden(folder).difference("deep/a.txt", text); }

  std::filesystem::path folder;
};

TEST_F(GoldenFiles, ThatAreMissingSayHowToMakeThem) { EXPECT_THAT(difference("x"), HasSubstr("PATCHBAY_ACCEPT=1 writes it")); }

TEST_F(GoldenFiles, AreWhatWasAccepted) {
  accept("one\ntwo\n");
  EXPECT_EQ(difference("one\ntwo\n"), "");
}

TEST_F(GoldenFiles, ShowTheFirstLineThatDiffers) {
  accept("one\ntwo\n");
  EXPECT_THAT(difference("one\n2\n"), HasSubstr("line 2 should be\n  two\nand is\n  2"));
  EXPECT_THAT(difference("one\n"), HasSubstr("line 2 should be\n  two\nand is\n  (nothing)"));
  EXPECT_THAT(difference("one\ntwo\nthree"), HasSubstr("line 3 should be\n  (nothing)\nand is\n  three"));
  EXPECT_THAT(difference("one\ntwo"), AllOf(HasSubstr("says otherwise"), HasSubstr("line 3")));
}

TEST(Stress, RunsEveryConnectionOnEveryThread) {
  std::atomic<int> calls{0};
  const Stressed result = stress(3, 5, [&](std::size_t i) {
    ++calls;
    return std::to_string(i);
  });
  EXPECT_EQ(calls, 5 + 3 * 5);
  EXPECT_EQ(result.runs, 15u);
  EXPECT_EQ(result.wrong, 0u);
}

TEST(Stress, FindsWhatDependsOnMoreThanItsConnection) {
  std::atomic<int> calls{0};
  const Stressed result = stress(2, 3, [&](std::size_t) { return std::to_string(calls++ < 3); });
  EXPECT_EQ(result.wrong, 6u);
  EXPECT_THAT(result.differences.at(0), HasSubstr("0 instead of 1"));
}

TEST(Stress, TakesAnExceptionForAResult) {
  EXPECT_EQ(stress(2, 2, [](std::size_t) -> std::string { throw std::runtime_error("always"); }).wrong, 0u);
}

TEST(Stress, OfAChainWithOneSharedModule) {
  const Modules modules(*patchbay_plugin_entry_v1());
  const auto provider = ScriptedProvider(Script().reply("\"r\""));
  const auto marking = modules.transform("workflow-marking");
  Chain chain(provider);
  chain.add(*marking).upstream(Script().reply("\"no\""));
  const Stressed result =
      stress(4, 20, [&](std::size_t i) { return ScriptedClient().asks(std::to_string(i)).talk(chain).at(0).client.transcript(); });
  EXPECT_THAT(result.differences, IsEmpty());
}

std::string sample_library() {
  const char* const path = getenv("PATCHBAY_SAMPLE_PLUGIN");
  if (path == nullptr) throw std::runtime_error("PATCHBAY_SAMPLE_PLUGIN must name the built sample plugin");
  return path;
}

TEST(LibraryFile, MakesModulesLikeALinkedPlugin) {
  const Library library(sample_library());
  EXPECT_NE(&library.plugin(), patchbay_plugin_entry_v1());
  const Modules modules(library.plugin());
  const auto marking = modules.transform("workflow-marking", R"({"mark":"?"})");
  StageHarness harness(*marking);
  harness.response("a");
  EXPECT_EQ(harness.client.responses.at(0), "a?");
}

TEST(LibraryFile, ThatIsNotThereIsRefused) { EXPECT_THROW(Library("/nowhere/plugin.so"), std::runtime_error); }

TEST(LibraryFile, ThatIsNoPluginIsRefused) {
  try {
    const Library library("libz.so.1");
    FAIL() << "it was loaded";
  } catch (const std::runtime_error& refused) {
    EXPECT_THAT(refused.what(), HasSubstr("no Patchbay stamp"));
  }
}

TEST(Allocations, AreCountedForTheThreadThatMakesThem) {
  const AllocationCounter counter;
  const std::ptrdiff_t live = live_allocations();
  int* volatile kept = new int(1);
  const Allocations made = counter.so_far();
  EXPECT_EQ(made.count, 1u);
  EXPECT_EQ(made.bytes, sizeof(int));
  EXPECT_EQ(live_allocations(), live + 1);
  delete kept;
  EXPECT_EQ(counter.so_far().freed, 1u);
  EXPECT_EQ(live_allocations(), live);
}

TEST(Allocations, OfALoadedPluginAreCountedToo) {
  const Library library(sample_library());
  const Modules modules(library.plugin());
  const auto marking = modules.transform("workflow-marking");
  const AllocationCounter counter;
  const auto stage = marking->connect(StageHarness::chat_connection());
  EXPECT_EQ(counter.so_far().count, 1u);
}

}  // namespace
}  // namespace patchbay::testing
