#include "doctor/plugin_files.hpp"

#include "findings.hpp"
#include "gallery.hpp"

namespace patchbay::doctor {
namespace {

namespace fs = std::filesystem;
using plugins::testing::gallery_file;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

struct DoctorPlugins : plugins::testing::WithStaging {
  void put(const std::string& gallery_name, const std::string& name) { fs::copy_file(gallery_file(gallery_name), directory.path() / name); }
  Findings examine(const config::PluginSettings& settings = {}) { return examine({directory.path().string()}, settings); }
  Findings examine(const std::vector<std::string>& directories, const config::PluginSettings& settings = {}) {
    return examine_plugins(directories, plugins::scan(directories, *staging), settings);
  }
  plugins::testing::TemporaryDirectory directory;
};

TEST_F(DoctorPlugins, ThatLoadAreListedByDirectory) {
  put("echo", "echo.so");
  EXPECT_THAT(examine(), ElementsAre(AllOf(Field(&Finding::subject, directory.path().string()),
                                           Found(Level::ok, "1 plugin loads: dev.patchbay.gallery-echo 1.0.0"))));
}

TEST_F(DoctorPlugins, ADirectoryWithoutAnyIsWorthKnowing) {
  EXPECT_THAT(examine(), ElementsAre(Found(Level::note, "no plugin loads from here")));
}

TEST_F(DoctorPlugins, ADirectoryThatIsNotThereIsAnError) {
  EXPECT_THAT(examine({directory.path() / "none"}),
              ElementsAre(AllOf(Found(Level::error, HasSubstr("cannot be read")), Cured(HasSubstr("create it")))));
}

TEST_F(DoctorPlugins, AFileThatIsNoneIsNamed) {
  const std::string file = directory.write("text.so", "not a library");
  EXPECT_THAT(examine(), Contains(AllOf(Field(&Finding::subject, file), Found(Level::error, HasSubstr("not a shared library")))));
}

TEST_F(DoctorPlugins, AStampThatDiffersIsToldWithBothValues) {
  put("stamp-boost", "old.so");
  EXPECT_THAT(examine(),
              Contains(AllOf(Found(Level::error, HasSubstr("boost: the plugin has 999")), Cured(::testing::Not(::testing::IsEmpty())))));
}

TEST_F(DoctorPlugins, TwoWithOneNameAreAnError) {
  put("echo", "a.so");
  put("echo", "b.so");
  EXPECT_THAT(examine(), Contains(AllOf(Found(Level::error, HasSubstr("loaded already from")), Cured(HasSubstr("remove one of the two")))));
}

TEST_F(DoctorPlugins, ADirectoryThatEverybodyMayWriteToIsAnError) {
  fs::permissions(directory.path(), fs::perms::owner_all | fs::perms::others_write);
  EXPECT_THAT(examine(),
              Contains(AllOf(Found(Level::error, HasSubstr("may put code there")), Cured("chmod o-w " + directory.path().string()))));
}

TEST_F(DoctorPlugins, AWatchWithoutSignaturesIsWorthKnowing) {
  config::PluginSettings settings;
  settings.watch = true;
  EXPECT_THAT(examine(settings),
              Contains(AllOf(Found(Level::note, HasSubstr("runs code in the gateway")), Cured(HasSubstr("require_signed = true")))));
}

TEST_F(DoctorPlugins, SignaturesThatAreRequiredAreInOrder) {
  config::PluginSettings settings;
  settings.watch = true;
  settings.require_signed = true;
  EXPECT_THAT(examine(settings), Contains(Found(Level::ok, HasSubstr("a trusted key has signed"))));
}

TEST_F(DoctorPlugins, ThatExportMoreThanTheirEntryAreAWarning) {
  fs::copy_file(plugins::testing::misbehaving_file("exports-more"), directory.path() / "exports-more.so");
  EXPECT_THAT(examine(), Contains(AllOf(Field(&Finding::level, Level::warning), Cured(HasSubstr("plugin.map")))));
}

TEST(DoctorProcesses, AreNamed) {
  EXPECT_THAT(examine_processes({{.plugin = "gallery-echo", .version = "1.0.0"}}),
              ElementsAre(AllOf(Field(&Finding::subject, "gallery-echo"), Found(Level::ok, HasSubstr("a process of their own")))));
}

}  // namespace
}  // namespace patchbay::doctor
