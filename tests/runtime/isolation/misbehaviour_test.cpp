#include <gmock/gmock.h>

#include <thread>

#include "isolation_fixture.hpp"

namespace patchbay::isolation::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Misbehaviour {
  const char* where;
  const char* how;
  const char* said;  ///< part of what the client hears
};

std::ostream& operator<<(std::ostream& out, const Misbehaviour& one) { return out << one.how << " in " << one.where; }

std::string name_of(const ::testing::TestParamInfo<Misbehaviour>& info) { return std::string(info.param.how) + "In" + info.param.where; }

Supervisor::Options impatient(const Misbehaviour& misbehaviour) {
  Supervisor::Options options = quick_options();
  if (std::string_view(misbehaviour.how) == "loop") options.timeout = milliseconds(1'500);
  return options;
}

constexpr const char* segv = "was killed by signal 11 (SIGSEGV)";
constexpr const char* aborted = "was killed by signal 6 (SIGABRT)";
constexpr const char* exited = "ended with exit status 7";
constexpr const char* looped = "was ended because it took longer than 1500 ms over one message";

/// The same for stages and providers: three requests, of which the second misbehaves.
struct MisbehaviourTest : IsolationTest, ::testing::WithParamInterface<Misbehaviour> {
  MisbehaviourTest() : IsolationTest(impatient(GetParam())) {}

  boost::json::object settings() const { return {{"where", GetParam().where}, {"how", GetParam().how}}; }
  std::string extra(bool misbehaves) const {
    const std::string_view where = GetParam().where;
    return std::string(misbehaves ? R"(,"user":"misbehave")" : "") +
           (where == "event" || where == "end" || where == "role" ? R"(,"stream":true)" : "") +
           (where == "explain" ? R"(,"user2":"fail")" : "");
  }

  void costs_only_its_own_request(const std::string& type, std::vector<config::ModuleUse> modules) {
    const bool throws = std::string_view(GetParam().how) == "throws";
    publish({{"bad", std::move(modules)}, {"good", {in_host(ModuleKind::provider, "crash-test-provider")}}});
    const auto before = answer("bad", extra(false));
    const pid_t first = pid();

    const auto bad = start("bad", extra(true), "misbehave");
    const auto good = answer("good");  // on the same loop, while the other one is in trouble
    run_until([&] { return bad->client.finished; }, "the client of the bad request has its error");
    EXPECT_THAT(good->client.log, ElementsAre("response {\"text\":\"pong\"}"));
    EXPECT_THAT(bad->client.error_seen.message, HasSubstr(GetParam().said));
    EXPECT_GE(errors_of(type), 1u);

    run_until_up();
    EXPECT_EQ(pid() == first, throws) << "an exception costs no process, anything else does";
    const auto after = answer("bad", extra(false));
    EXPECT_EQ(after->client.log, before->client.log) << "the module was made anew, and serves";
  }
};

struct BadStage : MisbehaviourTest {};

TEST_P(BadStage, CostsOnlyItsOwnRequest) {
  costs_only_its_own_request("crash-test-workflow", {isolated(ModuleKind::workflow, "crash-test-workflow", settings()),
                                                     in_host(ModuleKind::provider, "crash-test-provider")});
}

INSTANTIATE_TEST_SUITE_P(
    All, BadStage,
    ::testing::Values(Misbehaviour{"connect", "segv", segv}, Misbehaviour{"connect", "throws", "misbehaving as configured"},
                      Misbehaviour{"request", "segv", segv}, Misbehaviour{"request", "abort", aborted},
                      Misbehaviour{"request", "exit", exited}, Misbehaviour{"request", "loop", looped},
                      Misbehaviour{"request", "throws", "misbehaving as configured"}, Misbehaviour{"response", "segv", segv},
                      Misbehaviour{"response", "loop", looped}, Misbehaviour{"event", "segv", segv},
                      Misbehaviour{"event", "abort", aborted}, Misbehaviour{"event", "loop", looped},
                      Misbehaviour{"event", "throws", "misbehaving as configured"}, Misbehaviour{"end", "exit", exited}),
    name_of);

struct BadProvider : MisbehaviourTest {};

TEST_P(BadProvider, CostsOnlyItsOwnRequest) {
  costs_only_its_own_request("crash-test-provider", {isolated(ModuleKind::provider, "crash-test-provider", settings())});
}

INSTANTIATE_TEST_SUITE_P(All, BadProvider,
                         ::testing::Values(Misbehaviour{"describe", "segv", segv}, Misbehaviour{"describe", "abort", aborted},
                                           Misbehaviour{"describe", "loop", looped},
                                           Misbehaviour{"describe", "throws", "misbehaving as configured"},
                                           Misbehaviour{"role", "segv", segv}, Misbehaviour{"role", "loop", looped},
                                           Misbehaviour{"role", "throws", "misbehaving as configured"},
                                           Misbehaviour{"explain", "exit", exited}),
                         name_of);

struct ModuleThatCannotBeMade : IsolationTest, ::testing::WithParamInterface<Misbehaviour> {
  ModuleThatCannotBeMade() : IsolationTest(impatient(GetParam())) {}
};

TEST_P(ModuleThatCannotBeMade, IsAFaultOfTheConfigurationAndNoMore) {
  EXPECT_THAT(faults_of({isolated(ModuleKind::workflow, "crash-test-workflow", {{"where", "make"}, {"how", GetParam().how}}),
                         in_host(ModuleKind::provider, "crash-test-provider")}),
              AllOf(HasSubstr("module 'crash-test-workflow' could not be made"), HasSubstr(GetParam().said)));
}

INSTANTIATE_TEST_SUITE_P(All, ModuleThatCannotBeMade,
                         ::testing::Values(Misbehaviour{"make", "segv", segv}, Misbehaviour{"make", "exit", exited},
                                           Misbehaviour{"make", "loop", "was ended because it took longer than 1500 ms"},
                                           Misbehaviour{"make", "throws", "misbehaving as configured"}),
                         name_of);

TEST_F(IsolationTest, FaultsOfAConfigurationComeBackFromTheProcessWhole) {
  EXPECT_THAT(faults_of({isolated(ModuleKind::workflow, "throws-faults"), in_host(ModuleKind::provider, "crash-test-provider")}),
              AllOf(HasSubstr("config.rules[0]: the expression does not compile"), HasSubstr("config.size: is odd")));
}

TEST_F(IsolationTest, AnEndlessLoopIsATimeOutAndNotACrash) {
  supervisor->limit(milliseconds(300), 0);
  publish({{"bad",
            {isolated(ModuleKind::workflow, "crash-test-workflow", {{"where", "request"}, {"how", "loop"}}),
             in_host(ModuleKind::provider, "crash-test-provider")}}});
  const auto bad = answer("bad", R"(,"user":"misbehave")");
  EXPECT_EQ(bad->client.error_seen.code, "plugin_process_timeout");
  EXPECT_EQ(bad->client.error_seen.http_status(), 504);
}

TEST_F(IsolationTest, ASlowModuleHoldsUpNobodyElseOnItsLoop) {
  publish({{"slow",
            {isolated(ModuleKind::workflow, "crash-test-workflow", {{"where", "request"}, {"how", "slow"}, {"delay", "2s"}}),
             in_host(ModuleKind::provider, "crash-test-provider")}},
           {"good", {in_host(ModuleKind::provider, "crash-test-provider")}}});
  const auto slow = start("slow", R"(,"user":"misbehave")");
  for (int i = 0; i < 20; ++i) (void)answer("good");
  EXPECT_FALSE(slow->client.finished);
  run_until([&] { return slow->client.finished; }, "the slow one is answered too");
  EXPECT_THAT(slow->client.log, ElementsAre(HasSubstr("response")));
}

TEST_F(IsolationTest, AProcessThatTakesTooMuchMemoryIsEnded) {
  supervisor->limit(milliseconds(30'000), 400u << 20);
  publish({{"leaky",
            {isolated(ModuleKind::workflow, "crash-test-workflow", {{"where", "request"}, {"how", "leak"}, {"bytes", 48u << 20}}),
             in_host(ModuleKind::provider, "crash-test-provider")}}});
  run_until(
      [&] {
        (void)answer("leaky", R"(,"user":"misbehave")");
        std::this_thread::sleep_for(milliseconds(50));  // the watch has to see it at all
        return processes()[0].deaths > 0;
      },
      "the process was ended");
  EXPECT_THAT(processes()[0].last_death, AllOf(HasSubstr("of memory"), HasSubstr("[plugins] isolation_memory (419430400)")));
  run_until_up();
  EXPECT_THAT(answer("leaky")->client.log, ElementsAre("response {\"text\":\"pong\"}"));
}

}  // namespace
}  // namespace patchbay::isolation::testing
