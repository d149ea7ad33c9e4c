#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "../config/temporary_folder.hpp"
#include "config/static_plan.hpp"
#include "reading.hpp"
#include "v1/load.hpp"
#include "v1/toml_text.hpp"

namespace patchbay::v1 {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using namespace v1::testing;

/// Files that users and the program itself wrote over time, in all dialects; they are not part of this project.
std::vector<fs::path> files() {
  const char* const folder = std::getenv("PATCHBAY_FIXTURES");
  const fs::path root = fs::path(folder != nullptr ? folder : PATCHBAY_FIXTURES) / "v1-configs";
  std::vector<fs::path> found;
  std::error_code absent;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root, absent))
    if (entry.path().extension() == ".json") found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

struct RealFiles : ::testing::Test {
  RealFiles() : paths(files()) {
    setenv("HOME", "/nonexistent", 1);  // nobody has signed in
    if (paths.empty()) skip = "PATCHBAY_FIXTURES names no folder with v1-configs";
  }
  std::vector<fs::path> paths;
  std::string skip;
};

/// What is refused must be something that no program could serve.
constexpr std::string_view fair_reasons[] = {"this is a system configuration", "own V2", "there is no provider", "no pipeline can serve"};

TEST_F(RealFiles, AreReadOrRefusedForAReason) {
  if (!skip.empty()) GTEST_SKIP() << skip;
  for (const fs::path& path : paths) {
    std::vector<config::Diagnostic> diagnostics;
    const Lowered lowered = read_and_lower(path.string(), false, diagnostics);
    if (lowered.plan) {
      EXPECT_FALSE(targets(*lowered.plan, "default").empty()) << path;
      continue;
    }
    ASSERT_EQ(diagnostics.size(), 1u) << path;
    const std::string said = to_string(diagnostics.front());
    EXPECT_NE(diagnostics.front().at.line, 0u) << said;
    EXPECT_TRUE(std::any_of(std::begin(fair_reasons), std::end(fair_reasons), [&](std::string_view reason) {
      return said.find(reason) != std::string::npos;
    })) << said;
  }
}

TEST_F(RealFiles, HaveNothingThatNobodyKnows) {
  if (!skip.empty()) GTEST_SKIP() << skip;
  for (const fs::path& path : paths) {
    std::vector<config::Diagnostic> diagnostics;
    const Lowered lowered = read_and_lower(path.string(), false, diagnostics);
    if (!lowered.plan) continue;
    for (const std::string& note : notes(lowered.plan->notes, Fate::unknown)) ADD_FAILURE() << path.filename() << " " << note;
  }
}

/// The variables that a TOML text names, set to something for one test.
struct Variables {
  explicit Variables(std::string_view toml) {
    for (std::size_t at = toml.find("\"${"); at != std::string_view::npos; at = toml.find("\"${", at + 1)) {
      names.emplace_back(toml.substr(at + 3, toml.find_first_of(":}", at + 3) - at - 3));
      setenv(names.back().c_str(), "stand-in", 1);
    }
  }
  ~Variables() {
    for (const std::string& name : names) unsetenv(name.c_str());
  }
  Variables(const Variables&) = delete;
  std::vector<std::string> names;
};

TEST_F(RealFiles, BecomeTomlThatLoadsAndServeThemselves) {
  if (!skip.empty()) GTEST_SKIP() << skip;
  const config::TemporaryFolder folder;
  for (const fs::path& path : paths) {
    std::vector<config::Diagnostic> diagnostics;
    const Lowered lowered = read_and_lower(path.string(), false, diagnostics);
    if (!lowered.plan) continue;
    const std::string toml = to_toml(*lowered.plan, path.filename().string());
    if (const char* const keep = std::getenv("PATCHBAY_SHOW")) std::ofstream(fs::path(keep) / (path.filename().string() + ".toml")) << toml;
    const Variables variables(toml);
    const config::Loaded migrated = load(folder.write("v2.toml", toml));
    EXPECT_TRUE(migrated.settings) << path << " " << to_string(migrated.diagnostics.at(0));
    const config::Loaded served = load(path.string());
    ASSERT_TRUE(served.settings) << path << " " << to_string(served.diagnostics.at(0));
    EXPECT_EQ(served.settings->v1.plan->categories.count("default"), 1u) << path;
  }
}

TEST_F(RealFiles, GiveAwayNoKey) {
  if (!skip.empty()) GTEST_SKIP() << skip;
  for (const fs::path& path : paths) {
    std::vector<config::Diagnostic> diagnostics;
    const Lowered lowered = read_and_lower(path.string(), false, diagnostics);
    if (!lowered.plan) continue;
    for (const PlanModule& module : lowered.plan->modules)
      for (const auto& [variable, secret] : lowered.plan->secrets)
        EXPECT_EQ(boost::json::serialize(module.config).find("\"" + secret + "\""), std::string::npos) << path << " " << variable;
  }
}

}  // namespace
}  // namespace patchbay::v1
