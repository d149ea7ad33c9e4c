#include "control/control_plane.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "plane_fixture.hpp"

namespace patchbay::control {
namespace {

namespace fs = std::filesystem;
using plugins::testing::gallery_file;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

struct ControlPlaneTest : testing::PlaneTest {
  ControlPlaneTest() { write_configuration(echo_route); }

  std::string live_version() const { return live()->routes.at(0)->chains[0]->provider.instance->factory().version; }
  std::vector<std::string> live_routes() const {
    std::vector<std::string> ids;
    for (const auto& route : live()->routes) ids.push_back(route->settings.id);
    return ids;
  }

  static std::string route(const std::string& id, const std::string& type) {
    return "[[routes]]\nid = \"" + id + "\"\nmodules = [{ type = \"provider\", config = { type = \"" + type + "\", config = {} } }]\n";
  }
  const std::string echo_route = route("echo", "gallery-echo");
  /// A route that needs two plugins.
  const std::string guarded_route =
      "[[routes]]\nid = \"guarded\"\nmodules = [{ type = \"workflow\", config = { type = \"gallery-throwing\", config = {} } }, "
      "{ type = \"provider\", config = { type = \"gallery-echo\", config = {} } }]\n";
};

TEST_F(ControlPlaneTest, StartsWithWhatTheDirectoriesHave) {
  put("echo", "echo.so");
  ASSERT_TRUE(start());
  EXPECT_EQ(live_version(), "1.0.0");
}

TEST_F(ControlPlaneTest, DoesNotStartWhileAModuleTypeIsMissing) { EXPECT_FALSE(start()); }

TEST_F(ControlPlaneTest, ARouteWaitsForAModuleTypeThatIsAwaited) {
  write_configuration("[plugins]\nawaited_modules = [\"gallery-echo\"]\n" + echo_route);
  ASSERT_TRUE(start());
  EXPECT_THAT(live_routes(), IsEmpty());
  EXPECT_EQ(live()->waiting.at(0).module_type, "gallery-echo");

  EXPECT_TRUE(plane->consider({put("echo", "echo.so")}).done);
  EXPECT_THAT(live_routes(), ElementsAre("echo"));
  EXPECT_THAT(live()->waiting, IsEmpty());
}

TEST_F(ControlPlaneTest, AConfigurationThatCameBeforeItsPluginIsInForceWithIt) {
  put("echo", "echo.so");
  ASSERT_TRUE(start());
  write_configuration(echo_route + guarded_route);
  const Outcome refused = plane->reload_configuration();
  EXPECT_FALSE(refused.done);
  EXPECT_THAT(refused.message, AllOf(HasSubstr("the configuration before stays in force"), HasSubstr("gallery-throwing")));

  const Outcome added = plane->consider({put("throwing", "throwing.so")});
  EXPECT_TRUE(added.done) << added.message;
  EXPECT_TRUE(added.new_configuration);
  EXPECT_THAT(live_routes(), ElementsAre("echo", "guarded"));
}

TEST_F(ControlPlaneTest, AChangedPluginServesTheNextRequest) {
  put("echo", "echo.so");
  ASSERT_TRUE(start());
  const Outcome outcome = plane->consider({put("echo2", "echo.so")});
  EXPECT_THAT(outcome.message, HasSubstr("plugin dev.patchbay.gallery-echo 2.0.0 serves as generation 2, in place of "
                                         "dev.patchbay.gallery-echo 1.0.0"));
  EXPECT_EQ(live_version(), "2.0.0");
}

TEST_F(ControlPlaneTest, InstancesOfOtherPluginsStayAsTheyAre) {
  put("echo", "echo.so");
  put("throwing", "throwing.so");
  write_configuration(guarded_route);
  ASSERT_TRUE(start());
  const auto before = live()->routes.at(0)->chains[0]->transforms.at(0).instance;
  ASSERT_TRUE(plane->consider({put("echo2", "echo.so")}).done);
  EXPECT_EQ(live()->routes.at(0)->chains[0]->transforms.at(0).instance, before);
}

TEST_F(ControlPlaneTest, ARequestKeepsTheVersionThatItStartedWith) {
  if (plugins::testing::plugins_are_kept()) GTEST_SKIP() << "PATCHBAY_KEEP_PLUGINS is set: nothing is unloaded";
  put("echo", "echo.so");
  ASSERT_TRUE(start());
  std::shared_ptr<const pipeline::Assembly> pinned = live();
  ASSERT_TRUE(plane->consider({put("echo2", "echo.so")}).done);
  EXPECT_EQ(plane->inventory().retired().size(), 1u);
  EXPECT_TRUE(pinned->routes.at(0)->chains[0]->provider.instance->use());

  pinned.reset();
  plane->settle();
  EXPECT_THAT(plane->inventory().retired(), IsEmpty());
  EXPECT_EQ(plugins::testing::mappings_under(state.path()) > 0, true);
  EXPECT_EQ(plugins::loaded_libraries(), 1u);
}

TEST_F(ControlPlaneTest, SaysHowManyRequestsHoldEachGeneration) {
  put("echo", "echo.so");
  ASSERT_TRUE(start());
  const std::uint64_t before = live()->routes.at(0)->chains[0]->provider.instance->key().generation;
  std::vector<std::shared_ptr<const pipeline::Assembly>> pinned(2, live());
  ASSERT_TRUE(plane->consider({put("echo2", "echo.so")}).done);
  const std::uint64_t now = live()->routes.at(0)->chains[0]->provider.instance->key().generation;
  EXPECT_THAT(plane->pins().requests_by_generation(), ElementsAre(Pair(before, 2), Pair(now, 0)));

  pinned.clear();
  EXPECT_THAT(plane->pins().requests_by_generation(), ElementsAre(Pair(now, 0)));
}

TEST_F(ControlPlaneTest, AVersionThatTheConfigurationDoesNotWorkWithIsRefused) {
  const std::string file = put("echo", "echo.so");
  ASSERT_TRUE(start());
  const Outcome outcome = plane->consider({put("constructor", "echo.so")});
  EXPECT_FALSE(outcome.done);
  EXPECT_THAT(outcome.message, HasSubstr("the configuration does not work with it"));
  EXPECT_EQ(live_version(), "1.0.0");
  EXPECT_EQ(plane->inventory().records().at(0).refused->code(), plugins::FailureCode::configuration);
  plane->settle();
  EXPECT_EQ(plugins::loaded_libraries(), 1u) << "the refused version is unloaded at once";
}

TEST_F(ControlPlaneTest, AFileThatDidNotChangeChangesNothing) {
  const std::string file = put("echo", "echo.so");
  ASSERT_TRUE(start());
  const auto before = live();
  EXPECT_TRUE(plane->consider({file}).done);
  EXPECT_EQ(live(), before);
}

TEST_F(ControlPlaneTest, ReloadsAFileOnCommandAlsoIfItDidNotChange) {
  put("echo", "echo.so");
  ASSERT_TRUE(start());
  EXPECT_TRUE(plane->reload_plugin("gallery-echo", false).done);
  EXPECT_EQ(live()->routes.at(0)->chains[0]->provider.instance->key().generation, 2u);
}

TEST_F(ControlPlaneTest, RollsBack) {
  put("echo", "echo.so");
  ASSERT_TRUE(start());
  ASSERT_TRUE(plane->consider({put("echo2", "echo.so")}).done);
  EXPECT_TRUE(plane->roll_back_plugin("gallery-echo").done);
  EXPECT_EQ(live_version(), "1.0.0");
}

TEST_F(ControlPlaneTest, APluginThatTheConfigurationNamesIsNotRemoved) {
  put("echo", "echo.so");
  ASSERT_TRUE(start());
  const Outcome outcome = plane->remove_plugin("gallery-echo");
  EXPECT_FALSE(outcome.done);
  EXPECT_THAT(outcome.message, HasSubstr("the configuration needs it"));
  EXPECT_EQ(live_version(), "1.0.0");
}

TEST_F(ControlPlaneTest, RemovesAPluginThatNothingNames) {
  put("echo", "echo.so");
  put("throwing", "throwing.so");
  ASSERT_TRUE(start());
  EXPECT_TRUE(plane->remove_plugin("throwing").done);
  plane->settle();
  EXPECT_EQ(plugins::loaded_libraries(), 1u);
}

TEST_F(ControlPlaneTest, AddsAFileFromAnywhere) {
  put("echo", "echo.so");
  ASSERT_TRUE(start());
  EXPECT_TRUE(plane->add_plugin(gallery_file("echo2"), false).done);
  EXPECT_EQ(live_version(), "2.0.0");
}

TEST_F(ControlPlaneTest, AnUnknownNameIsAClearRefusal) {
  put("echo", "echo.so");
  ASSERT_TRUE(start());
  EXPECT_THAT(plane->reload_plugin("nobody", false).message,
              HasSubstr("no plugin that serves has the id, the file name or a module type 'nobody'"));
}

TEST_F(ControlPlaneTest, AFaultyConfigurationChangesNothing) {
  put("echo", "echo.so");
  ASSERT_TRUE(start());
  write_configuration("[server]\nlisten = 5\n" + echo_route);
  EXPECT_FALSE(plane->reload_configuration().done);
  EXPECT_EQ(live()->generation, 1u);
}

}  // namespace
}  // namespace patchbay::control
