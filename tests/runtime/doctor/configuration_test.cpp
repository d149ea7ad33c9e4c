#include "doctor/configuration.hpp"

#include <filesystem>

#include "../config/temporary_folder.hpp"
#include "config/load.hpp"
#include "findings.hpp"

namespace patchbay::doctor {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::EndsWith;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* route =
    "[[routes]]\nid = \"r\"\nmodules = [{ type = \"provider\", config = \"used\" }]\n"
    "[library.used]\ntype = \"provider-mock\"\n";

struct DoctorConfiguration : ::testing::Test {
  Findings examine(const std::string& toml) {
    const std::string file = folder.write("my.toml", toml);
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    return examine_file(file);
  }
  static Findings examine_file(const std::string& file) {
    const config::Loaded loaded = config::load(file);
    return examine_configuration(file, loaded.diagnostics, loaded.settings ? &*loaded.settings : nullptr);
  }
  config::TemporaryFolder folder;
};

TEST_F(DoctorConfiguration, ASoundFileIsInOrder) {
  EXPECT_THAT(examine(route), ::testing::ElementsAre(Found(Level::ok, "valid, with 1 route")));
}

TEST_F(DoctorConfiguration, AFaultHasItsPlaceAndTheNearestKey) {
  EXPECT_THAT(examine("[server]\nlisen = \"127.0.0.1:1\"\n"),
              Contains(AllOf(Found(Level::error, "unknown key 'lisen'"), Cured("did you mean 'listen'?"),
                             Field(&Finding::subject, EndsWith("my.toml:2:1: server.lisen")))));
}

TEST_F(DoctorConfiguration, EntriesOfTheLibraryThatNobodyNamesAreToldOnce) {
  EXPECT_THAT(examine(std::string(route) + "[library.a]\ntype = \"provider-mock\"\n[library.b]\ntype = \"provider-mock\"\n"),
              Contains(Found(Level::note, EndsWith("names these [library] entries: a, b"))));
}

TEST_F(DoctorConfiguration, AnEntryThatIsPreloadedIsUsed) {
  EXPECT_THAT(examine(std::string(route) + "[library.a]\ntype = \"provider-mock\"\n[pool]\npreload_library = [\"a\"]\n"),
              Each(Field(&Finding::level, Level::ok)));
}

TEST_F(DoctorConfiguration, AnOpenListenerIsAnError) {
  EXPECT_THAT(examine(std::string(route) + "[server]\nlisten = \"0.0.0.0:8080\"\n"),
              Contains(AllOf(Found(Level::error, HasSubstr("anybody could spend yours")), Cured(HasSubstr("Set [server] api_keys")))));
}

TEST_F(DoctorConfiguration, AListenerThatIsOpenWithLeaveIsAWarning) {
  EXPECT_THAT(examine(std::string(route) + "[server]\nlisten = \"0.0.0.0:8080\"\nallow_unauthenticated = true\n"),
              Contains(Found(Level::warning, HasSubstr("allow_unauthenticated"))));
}

TEST_F(DoctorConfiguration, AnAdminApiThatOthersReachInClearIsAWarning) {
  EXPECT_THAT(examine(std::string(route) + "[admin]\nlisten = \"0.0.0.0:9090\"\ntoken = \"sesame-of-admin\"\n"),
              Contains(AllOf(Found(Level::warning, HasSubstr("pass without encryption")), Cured(HasSubstr("set [admin.tls]")))));
}

TEST_F(DoctorConfiguration, AFileThatEverybodyMayChangeIsAWarning) {
  const std::string file = folder.write("open.toml", route);
  fs::permissions(file, fs::perms::owner_all | fs::perms::others_write);
  EXPECT_THAT(examine_file(file),
              Contains(AllOf(Found(Level::warning, "every user of this machine may change it"), Cured("chmod o-w " + file))));
}

TEST_F(DoctorConfiguration, AFileThatIsNotThereIsAnError) {
  EXPECT_THAT(examine_file(folder.path("nowhere.toml")), Contains(Found(Level::error, HasSubstr("cannot read"))));
}

}  // namespace
}  // namespace patchbay::doctor
