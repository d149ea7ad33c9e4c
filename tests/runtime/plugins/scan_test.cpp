#include <gmock/gmock.h>

#include <map>

#include "gallery.hpp"
#include "plugins/plugin_scan.hpp"

namespace patchbay::plugins {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Scanning : testing::WithStaging {
  /// Puts a file of the gallery into a directory under another name.
  void put(const std::string& gallery_name, const fs::path& directory, const std::string& name) {
    fs::create_directories(directory);
    fs::copy_file(testing::gallery_file(gallery_name), directory / name);
  }
  ScanResult scan(const std::vector<fs::path>& directories) {
    std::vector<std::string> names;
    for (const fs::path& directory : directories) names.push_back(directory.string());
    return plugins::scan(names, *staging);
  }
  static std::vector<std::string> files_of(const ScanResult& result) {
    std::vector<std::string> names;
    for (const auto& plugin : result.plugins) names.push_back(fs::path(plugin->info().path).filename().string());
    return names;
  }

  testing::TemporaryDirectory root;
  const fs::path a = root.path() / "a";
  const fs::path b = root.path() / "b";
};

TEST_F(Scanning, LoadsByDirectoryAndThenByName) {
  put("throwing", a, "2.so");
  put("constructor", a, "1.so");
  put("echo", b, "0.so");
  const ScanResult result = scan({a, b});
  EXPECT_THAT(files_of(result), ElementsAre("1.so", "2.so", "0.so"));
  EXPECT_THAT(result.failures, IsEmpty());
}

TEST_F(Scanning, PassesOverWhatIsHiddenOrUnfinishedOrSomethingElse) {
  put("echo", a, ".echo.so");
  put("echo", a, "echo.so.tmp");
  put("echo", a, "echo.so.1");
  const ScanResult result = scan({a});
  EXPECT_THAT(result.plugins, IsEmpty());
  EXPECT_THAT(result.failures, IsEmpty());
}

TEST_F(Scanning, ADirectoryThatIsMissingIsAFailureThatDoesNotStopTheOthers) {
  put("echo", b, "echo.so");
  const ScanResult result = scan({a, b});
  EXPECT_THAT(files_of(result), ElementsAre("echo.so"));
  ASSERT_THAT(result.failures, SizeIs(1));
  EXPECT_EQ(result.failures[0].code(), FailureCode::directory_missing);
  EXPECT_EQ(
      result.failures[0].what(),
      a.string() + ": this plugin directory cannot be read: No such file or directory; create it or take it out of [plugins] directories");
}

TEST_F(Scanning, ADirectoryThatIsNamedTwiceIsReadOnce) {
  put("echo", a, "echo.so");
  const ScanResult result = scan({a, root.path() / "b" / ".." / "a"});
  EXPECT_THAT(result.plugins, SizeIs(1));
  EXPECT_THAT(result.failures, IsEmpty());
}

TEST_F(Scanning, APluginWithAnIdThatIsThereAlreadyIsRefusedWithBothFiles) {
  put("echo", a, "echo.so");
  put("echo2", b, "copy.so");
  const ScanResult result = scan({a, b});
  EXPECT_THAT(files_of(result), ElementsAre("echo.so"));
  ASSERT_THAT(result.failures, SizeIs(1));
  EXPECT_EQ(result.failures[0].code(), FailureCode::duplicate_id);
  EXPECT_EQ(result.failures[0].what(), (b / "copy.so").string() + ": plugin id dev.patchbay.gallery-echo is loaded already from " +
                                           (a / "echo.so").string() + "; remove one of the two");
}

TEST_F(Scanning, APluginWithAModuleTypeThatIsThereAlreadyIsRefusedWithBothFiles) {
  put("echo", a, "echo.so");
  put("takes-the-type-of-echo", b, "thief.so");
  const ScanResult result = scan({a, b});
  EXPECT_THAT(files_of(result), ElementsAre("echo.so"));
  ASSERT_THAT(result.failures, SizeIs(1));
  EXPECT_EQ(result.failures[0].code(), FailureCode::duplicate_type);
  EXPECT_EQ(result.failures[0].what(), (b / "thief.so").string() +
                                           ": module type gallery-echo is brought already by dev.patchbay.gallery-echo from " +
                                           (a / "echo.so").string() + "; rename one of the two");
}

TEST_F(Scanning, AgainWhileTheFirstPluginsLiveGivesEachItsOwnGeneration) {
  put("echo", a, "echo.so");
  const ScanResult first = scan({a});
  const ScanResult second = scan({a});
  EXPECT_THAT(second.failures, IsEmpty());
  ASSERT_THAT(second.plugins, SizeIs(1));
  EXPECT_GT(second.plugins[0]->info().generation, first.plugins.at(0)->info().generation);
}

TEST_F(Scanning, TheWholeGalleryRefusesEveryDefectAndLoadsTheRest) {
  std::map<std::string, FailureCode> refused;
  const ScanResult result = scan({testing::gallery_directory()});
  for (const LoadFailure& failure : result.failures) refused.emplace(fs::path(failure.path()).stem().string(), failure.code());

  EXPECT_THAT(files_of(result), ElementsAre("bad-factories.so", "constructor.so", "crash-test.so", "echo.so", "other-compiler.so",
                                            "throwing.so", "ticker.so"));
  EXPECT_EQ(refused.at("echo2"), FailureCode::duplicate_id);
  EXPECT_EQ(refused.at("ticker2"), FailureCode::duplicate_id);
  EXPECT_EQ(refused.at("takes-the-type-of-echo"), FailureCode::duplicate_type);
  EXPECT_EQ(refused.at("no-stamp"), FailureCode::stamp_missing);
  EXPECT_EQ(refused.at("stamp-boost"), FailureCode::stamp_mismatch);
  EXPECT_EQ(refused.at("undefined-symbol"), FailureCode::load_failed);
  EXPECT_EQ(refused.at("no-entry"), FailureCode::entry_missing);
  EXPECT_EQ(refused.at("bad-id"), FailureCode::descriptor_invalid);
}

}  // namespace
}  // namespace patchbay::plugins
