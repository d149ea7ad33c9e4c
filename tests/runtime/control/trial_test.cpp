#include <gmock/gmock.h>

#include "plane_fixture.hpp"

namespace patchbay::control {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// A host that serves with the echo provider, waits for workflow-misbehaving, and tries plugins before it lets them in.
struct TrialTest : testing::PlaneTest {
  std::string put_misbehaving(const std::string& name) { return put_file(plugins::testing::misbehaving_file(name), "new.so"); }
  bool start(const std::string& load_timeout = "20s") {
    put("echo", "echo.so");
    write_configuration("[plugins]\nawaited_modules = [\"workflow-misbehaving\"]\nload_timeout = \"" + load_timeout + "\"\n" +
                        R"([[routes]]
id = "echo"
modules = [{ type = "provider", config = { type = "gallery-echo", config = {} } }]
[[routes]]
id = "guarded"
modules = [
  { type = "workflow", config = { type = "workflow-misbehaving", config = {} } },
  { type = "provider", config = { type = "gallery-echo", config = {} } },
]
)");
    return PlaneTest::start(executable);
  }
  std::size_t live_routes() const { return live()->routes.size(); }

  std::filesystem::path executable = plugins::testing::environment("PATCHBAY_BIN");
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
