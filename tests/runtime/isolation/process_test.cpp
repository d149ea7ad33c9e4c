#include <gmock/gmock.h>
#include <signal.h>

#include <cstdlib>
#include <thread>

#include "isolation_fixture.hpp"
#include "patchbay/stamp.hpp"

namespace patchbay::isolation::testing {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct ProcessTest : IsolationTest {
  ProcessTest() = default;
  explicit ProcessTest(Supervisor::Options options) : IsolationTest(std::move(options)) {}

  std::vector<config::ModuleUse> chain(boost::json::object settings = {{"where", "request"}, {"how", "segv"}}) {
    return {isolated(ModuleKind::workflow, "crash-test-workflow", std::move(settings)),
            in_host(ModuleKind::provider, "crash-test-provider")};
  }
  void run_until_dead(std::uint64_t deaths) {
    run_until([&] { return processes().at(0).deaths >= deaths; }, "the process died");
  }
};

TEST_F(ProcessTest, ThereIsOneForAPluginAndNoneWithoutIsolatedModules) {
  publish({{"plain", {in_host(ModuleKind::provider, "crash-test-provider")}}});
  EXPECT_THAT(processes(), IsEmpty());
  publish({{"one", {isolated(ModuleKind::workflow, "crash-test-workflow"), isolated(ModuleKind::provider, "crash-test-provider")}},
           {"two", {isolated(ModuleKind::workflow, "gallery-signer"), isolated(ModuleKind::provider, "crash-test-provider")}}});
  ASSERT_EQ(processes().size(), 2u);
  EXPECT_EQ(processes()[0].modules, 2u) << "the same configuration is the same instance";
  EXPECT_NE(processes()[0].pid, processes()[1].pid);
  EXPECT_EQ(child_processes(), 2u);
}

TEST_F(ProcessTest, TheSameConfigurationIsolatedAndNotAreTwoInstances) {
  publish({{"isolated", {isolated(ModuleKind::provider, "crash-test-provider")}},
           {"not", {in_host(ModuleKind::provider, "crash-test-provider")}}});
  EXPECT_EQ(pool.instances().size(), 2u);
}

TEST_F(ProcessTest, KilledUnderLoadEveryRequestHearsOfItAndTheNextOnesAreServed) {
  publish({{"slow", chain({{"where", "request"}, {"how", "slow"}, {"delay", "60s"}})}});
  std::vector<std::unique_ptr<Running>> running;
  for (int i = 0; i < 50; ++i) running.push_back(start("slow", R"(,"user":"misbehave")"));
  io.restart();
  io.poll();
  kill(pid(), SIGKILL);
  for (const auto& one : running) {
    run_until([&] { return one->client.finished; }, "the client has its error");
    EXPECT_EQ(one->client.error_seen.code, "plugin_process_died");
    EXPECT_THAT(one->client.error_seen.message, HasSubstr("was killed by signal 9 (SIGKILL)"));
  }
  run_until_up();
  EXPECT_THAT(answer("slow")->client.log, ElementsAre(HasSubstr("response")));
}

TEST_F(ProcessTest, ARequestThatItHadWorkedOffIsToldThatAnotherOneWasAtFault) {
  publish({{"two",
            {isolated(ModuleKind::workflow, "crash-test-workflow", {{"where", "request"}, {"how", "segv"}}),
             in_host(ModuleKind::provider, "crash-test-provider")}}});
  const auto innocent = start("two", R"(,"user":"call")");
  run_until([&] { return !upstream.calls.empty(); }, "its call was made");
  const auto guilty = answer("two", R"(,"user":"misbehave")");
  run_until([&] { return innocent->client.finished; }, "the other client has its error");
  EXPECT_EQ(guilty->client.error_seen.http_status(), 500);
  EXPECT_EQ(innocent->client.error_seen.http_status(), 503);
  EXPECT_TRUE(innocent->client.error_seen.retry_after.has_value());
  EXPECT_THAT(innocent->client.error_seen.message, HasSubstr("over another request"));
}

Supervisor::Options long_pauses() {
  Supervisor::Options options = quick_options();
  options.first_backoff = milliseconds(1'500);
  options.longest_backoff = milliseconds(600'000);
  return options;
}

struct RestartTest : ProcessTest {
  RestartTest() : ProcessTest(long_pauses()) {}
};

TEST_F(RestartTest, UntilItIsUpAgainRequestsAreRefusedAtOnceEachTimeForLonger) {
  publish({{"r", chain()}});
  for (const int seconds : {2, 3}) {  // 1.5 s, 3 s
    run_until_up();
    (void)answer("r", R"(,"user":"misbehave")");
    const auto refused = start("r");
    ASSERT_TRUE(refused->client.finished) << "at once, without a turn of the loop";
    const Error& error = refused->client.error_seen;
    EXPECT_EQ(error.http_status(), 503);
    EXPECT_EQ(error.code, "plugin_process_restarting");
    EXPECT_EQ(error.retry_after, std::chrono::seconds(seconds));
    EXPECT_THAT(error.message, AllOf(HasSubstr("dev.patchbay.gallery-crash-test"), HasSubstr("is being restarted"), HasSubstr("SIGSEGV")));
  }
}

TEST_F(ProcessTest, DyingAgainAndAgainLeavesNothingBehind) {
  const int deaths = stamp::sanitizers() == "none" ? 500 : 40;
  publish({{"r", chain()}});
  (void)answer("r", R"(,"user":"misbehave")");
  run_until_up();
  const std::size_t descriptors = open_descriptors();
  for (int i = 0; i < deaths; ++i) {
    (void)answer("r", R"(,"user":"misbehave")");
    run_until_up();
  }
  EXPECT_THAT(answer("r")->client.log, ElementsAre(HasSubstr("response")));
  EXPECT_EQ(processes()[0].deaths, static_cast<std::uint64_t>(deaths) + 1);
  EXPECT_LE(open_descriptors(), descriptors + 2);  // a channel that the first life did not have yet
  EXPECT_EQ(child_processes(), 1u);
}

TEST_F(ProcessTest, ItEndsWithItsLastModule) {
  publish({{"r", chain()}});
  EXPECT_EQ(child_processes(), 1u);
  slot.publish(nullptr);
  EXPECT_EQ(pool.recycle(std::chrono::seconds(0), true), 2u);
  run_until([] { return child_processes() == 0; }, "the process has ended");
  EXPECT_THAT(processes(), IsEmpty());
}

TEST_F(ProcessTest, AnotherGenerationOfThePluginHasItsOwn) {
  const std::shared_ptr<const plugins::Plugin> next = load(plugins::testing::gallery_file("crash-test"));
  const auto old_one = supervisor->make(plugin, 0, boost::json::object());
  auto new_one = supervisor->make(next, 0, boost::json::object());
  ASSERT_EQ(processes().size(), 2u);
  EXPECT_NE(processes()[0].generation, processes()[1].generation);
  new_one.reset();
  run_until([&] { return processes().size() == 1; }, "one of them has ended");
  EXPECT_EQ(processes()[0].generation, plugin->info().generation);
}

TEST_F(ProcessTest, ThePluginIsLetGoOfWhenItEnds) {
  auto module = supervisor->make(plugin, 0, boost::json::object());
  const std::weak_ptr<const plugins::Plugin> watched = plugin;
  registry = {};
  plugin.reset();
  EXPECT_FALSE(watched.expired()) << "a start anew needs it";
  module.reset();
  run_until([&] { return watched.expired(); }, "it is let go of");
}

TEST_F(ProcessTest, StoppingEndsThemAllAlsoOneThatLoops) {
  publish({{"r", chain({{"where", "request"}, {"how", "loop"}})}, {"s", {isolated(ModuleKind::provider, "gallery-ticker")}}});
  const auto stuck = start("r", R"(,"user":"misbehave")");
  io.restart();
  io.poll();
  supervisor->stop();
  EXPECT_EQ(child_processes(), 0u);
  EXPECT_THROW((void)supervisor->make(plugin, 0, boost::json::object()), std::runtime_error);
}

TEST_F(ProcessTest, ABridgeIsAskedForAndRemembered) {
  const auto module = supervisor->make(plugin, 0, boost::json::object());
  const auto& transform = static_cast<const Transform&>(*module);
  EXPECT_TRUE(transform.bridges("openai-chat", "openai-chat"));
  EXPECT_FALSE(transform.bridges("openai-chat", "gemini"));
  kill(pid(), SIGSTOP);  // it could not answer any more
  EXPECT_TRUE(transform.bridges("openai-chat", "openai-chat"));
  kill(pid(), SIGKILL);
}

TEST_F(ProcessTest, WithoutAnExecutableTheConfigurationIsFaulty) {
  Supervisor::Options options = quick_options();
  options.executable = "/nowhere/patchbay";
  Supervisor broken(options);
  try {
    (void)broken.make(plugin, 0, boost::json::object());
    ADD_FAILURE() << "it was made";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("could not be started"), HasSubstr("/nowhere/patchbay")));
  }
}

/// Stands for a plugin that has taken over its process: hostile_process.cpp.
Supervisor::Options hostile() {
  Supervisor::Options options = quick_options();
  options.executable = plugins::testing::environment("PATCHBAY_HOSTILE");
  options.timeout = milliseconds(3'000);
  return options;
}

struct HostileProcess : ProcessTest, ::testing::WithParamInterface<const char*> {
  HostileProcess() : ProcessTest(hostile()) { setenv("HOSTILE", GetParam(), 1); }
  ~HostileProcess() override { unsetenv("HOSTILE"); }
};

using HostileAtItsMaking = HostileProcess;
TEST_P(HostileAtItsMaking, IsAFaultOfTheConfiguration) {
  EXPECT_THAT(faults_of(chain()), HasSubstr("its process was ended because"));
  EXPECT_THAT(processes(), Each(::testing::Field(&ProcessStatus::deaths, 1u)));
}
INSTANTIATE_TEST_SUITE_P(All, HostileAtItsMaking,
                         ::testing::Values("garbage", "huge-frame", "unasked-answer", "wrong-answer", "torn-answer", "silence", "hang-up"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::erase(name, '-');
                           return name;
                         });

using HostileToARequest = HostileProcess;
TEST_P(HostileToARequest, CostsThatRequestAndItsProcess) {
  publish({{"r", chain()}, {"good", {in_host(ModuleKind::provider, "crash-test-provider")}}});
  const auto bad = answer("r", R"(,"user":"call")");
  EXPECT_THAT(bad->client.error_seen.message, HasSubstr("its process was ended because"));
  EXPECT_EQ(bad->client.error_seen.kind, ErrorKind::internal);
  EXPECT_THAT(answer("good")->client.log, ElementsAre("response {\"text\":\"pong\"}"));
}
INSTANTIATE_TEST_SUITE_P(All, HostileToARequest,
                         ::testing::Values("channel-garbage", "channel-huge-frame", "channel-torn-forward", "channel-forward-twice",
                                           "channel-call", "channel-unknown-connection", "channel-too-many-taken", "channel-control-frame",
                                           "channel-hang-up"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace patchbay::isolation::testing
