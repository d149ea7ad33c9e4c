#include <gmock/gmock.h>

#include <fstream>

#include "gallery.hpp"
#include "plugins/plugin_watch.hpp"

namespace patchbay::plugins {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Watching : ::testing::Test {
  /// Lets the watch work until something was reported, or for so long.
  void run(std::chrono::milliseconds longest) {
    const auto end = std::chrono::steady_clock::now() + longest;
    while (reported.empty() && std::chrono::steady_clock::now() < end) io.run_one_until(end);
  }
  PluginWatch& watch() {
    return made.emplace(io, std::vector<std::string>{files.path().string()}, [this](const std::vector<std::string>& settled) {
      reported.insert(reported.end(), settled.begin(), settled.end());
    });
  }

  testing::TemporaryDirectory files;
  boost::asio::io_context io;
  std::vector<std::string> reported;
  std::optional<PluginWatch> made;
};

constexpr std::chrono::seconds plenty{20};
constexpr std::chrono::milliseconds a_moment{600};

TEST_F(Watching, ReportsAFileThatIsNew) {
  watch();
  const std::string file = files.write("new.so", "one");
  run(plenty);
  EXPECT_THAT(reported, ElementsAre(file));
}

TEST_F(Watching, ReportsAFileThatIsMovedIntoPlace) {
  watch();
  fs::rename(files.write(".new.so.tmp", "one"), files.path() / "new.so");
  run(plenty);
  EXPECT_THAT(reported, ElementsAre((files.path() / "new.so").string()));
}

TEST_F(Watching, DoesNotReportWhatWasThereBefore) {
  (void)files.write("old.so", "one");
  watch();
  run(a_moment);
  EXPECT_THAT(reported, IsEmpty());
}

TEST_F(Watching, WaitsUntilTheWritingIsOver) {
  watch();
  const std::string file = (files.path() / "slow.so").string();
  boost::asio::steady_timer writer(io);
  std::size_t size = 0;
  std::size_t size_when_reported = 0;
  const std::function<void()> write_on = [&] {
    std::ofstream(file, std::ios::app) << "piece";
    size += 5;
    if (size >= 50) return;
    writer.expires_after(std::chrono::milliseconds(60));
    writer.async_wait([&](const boost::system::error_code&) { write_on(); });
  };
  write_on();
  run(plenty);
  size_when_reported = fs::file_size(file);
  EXPECT_THAT(reported, ElementsAre(file));
  EXPECT_EQ(size_when_reported, 50u);
}

TEST_F(Watching, PassesOverHiddenAndOtherFiles) {
  watch();
  (void)files.write(".hidden.so", "one");
  (void)files.write("thing.so.tmp", "one");
  (void)files.write("readme.txt", "one");
  run(a_moment);
  EXPECT_THAT(reported, IsEmpty());
}

TEST_F(Watching, ANewSignatureReportsItsPlugin) {
  const std::string file = files.write("old.so", "one");
  watch();
  (void)files.write("old.so.sig", "signature");
  run(plenty);
  EXPECT_THAT(reported, ElementsAre(file));
}

TEST_F(Watching, FindsADirectoryThatIsMadeLater) {
  const fs::path later = files.path() / "later";
  PluginWatch late(io, {later.string()}, [this](const std::vector<std::string>& settled) { reported = settled; });
  fs::create_directory(later);
  std::ofstream(later / "new.so") << "one";
  run(plenty);
  EXPECT_THAT(reported, ElementsAre((later / "new.so").string()));
}

TEST_F(Watching, AFileThatVanishesBeforeItSettlesIsNotReported) {
  watch();
  fs::remove(files.write("gone.so", "one"));
  run(a_moment);
  EXPECT_THAT(reported, IsEmpty());
}

}  // namespace
}  // namespace patchbay::plugins
