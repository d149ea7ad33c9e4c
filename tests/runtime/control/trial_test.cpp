#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "control/control_plane.hpp"
#include "gallery.hpp"

namespace patchbay::control {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr) throw std::runtime_error(std::string(name) + " is not set; `meson test` sets it");
  return value;
}

/// A host that serves with the echo provider, waits for workflow-misbehaving, and tries plugins before it lets them in.
struct TrialTest : ::testing::Test {
  void put(const fs::path& plugin, const std::string& name) {
    fs::create_directories(files.path() / "plugins");
    fs::copy_file(plugin, files.path() / "plugins" / name, fs::copy_options::overwrite_existing);
  }
  std::string put_misbehaving(const std::string& name) {
    put(environment("PATCHBAY_MISBEHAVING") + "/" + name + ".so", "new.so");
    return (files.path() / "plugins" / "new.so").string();
  }
  bool start(const std::string& load_timeout = "20s") {
    put(plugins::testing::gallery_file("echo"), "echo.so");
    const std::string file = files.write(
        "gateway.toml", "[plugins]\nawaited_modules = [\"workflow-misbehaving\"]\nload_timeout = \"" + load_timeout + "\"\n" + R"([[routes]]
id = "echo"
modules = [{ type = "provider", config = { type = "gallery-echo", config = {} } }]
[[routes]]
id = "guarded"
modules = [
  { type = "workflow", config = { type = "workflow-misbehaving", config = {} } },
  { type = "provider", config = { type = "gallery-echo", config = {} } },
]
)");
    config::Settings settings = config::load(file).settings.value();
    settings.plugins.state_directory = state.path().string();
    plane.emplace(ControlPlane::Sources{.configuration = [file] { return config::load(file); },
                                        .plugin_directories = {(files.path() / "plugins").string()},
                                        .own_directories = {},
                                        .isolation = {.executable = executable},
                                        .trials = true},
                  settings, hooks);
    return plane->start(std::move(settings));
  }
  std::size_t live_routes() const { return plane->slot().current()->routes.size(); }

  fs::path executable = environment("PATCHBAY_BIN");
  plugins::testing::TemporaryDirectory files;
  plugins::testing::TemporaryDirectory state;
  hooks::HookBus hooks;
  std::optional<ControlPlane> plane;
};

TEST_F(TrialTest, ASoundPluginIsLetIn) {
  ASSERT_TRUE(start());
  const Outcome outcome = plane->consider({put_misbehaving("sound")});
  EXPECT_TRUE(outcome.done) << outcome.message;
  EXPECT_EQ(live_routes(), 2u);
}

TEST_F(TrialTest, APluginThatCrashesWhenItIsLoadedIsRefused) {
  ASSERT_TRUE(start());
  const Outcome outcome = plane->consider({put_misbehaving("crashes-when-loaded")});
  EXPECT_FALSE(outcome.done);
  EXPECT_THAT(outcome.message, AllOf(HasSubstr("new.so: loaded on trial, its process "), Not(HasSubstr("longer than"))));
  EXPECT_EQ(live_routes(), 1u);
  EXPECT_EQ(plane->inventory().records().at(1).refused->code(), plugins::FailureCode::trial_failed);
}

TEST_F(TrialTest, APluginThatCrashesWhenAModuleIsMadeIsRefused) {
  ASSERT_TRUE(start());
  const Outcome outcome = plane->consider({put_misbehaving("crashes-when-made")});
  EXPECT_FALSE(outcome.done);
  EXPECT_THAT(outcome.message, HasSubstr("made on trial, its process "));
  EXPECT_EQ(live_routes(), 1u);
}

TEST_F(TrialTest, APluginWhoseModuleIsNeverMadeIsRefusedInTime) {
  ASSERT_TRUE(start("5s"));
  const Outcome outcome = plane->consider({put_misbehaving("loops-when-made")});
  EXPECT_FALSE(outcome.done);
  EXPECT_THAT(outcome.message, HasSubstr("took longer than 4000 ms"));
  EXPECT_EQ(live_routes(), 1u);
}

TEST_F(TrialTest, AfterARefusalASoundVersionIsLetIn) {
  ASSERT_TRUE(start());
  ASSERT_FALSE(plane->consider({put_misbehaving("crashes-when-made")}).done);
  EXPECT_TRUE(plane->consider({put_misbehaving("sound")}).done);
  EXPECT_EQ(live_routes(), 2u);
}

TEST_F(TrialTest, APluginThatCrashesWhenItIsLoadedDoesNotKeepTheHostFromStarting) {
  put_misbehaving("crashes-when-loaded");
  EXPECT_TRUE(start());
  EXPECT_EQ(live_routes(), 1u);
}

TEST_F(TrialTest, WhereThereCanBeNoProcessAPluginIsLetInWithoutATrial) {
  executable = "/nonexistent/patchbay";
  ASSERT_TRUE(start());
  EXPECT_TRUE(plane->consider({put_misbehaving("sound")}).done);
  EXPECT_EQ(live_routes(), 2u);
}

}  // namespace
}  // namespace patchbay::control
