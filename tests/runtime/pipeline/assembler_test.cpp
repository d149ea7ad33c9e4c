#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "fake_chain.hpp"
#include "hooks/hook_points.hpp"
#include "patchbay/config.hpp"
#include "pipeline/pipeline_assembler.hpp"

namespace patchbay::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace pipeline::testing;

/// Stands between two protocols.
struct Switch : FakeTransform {
  Switch() : FakeTransform([] { return nullptr; }) {}
  bool bridges(std::string_view client, std::string_view provider) const override {
    return client == "anthropic-messages" && provider == "openai-chat";
  }
};

struct Assembler : ::testing::Test {
  Assembler() {
    registry.add(factory("provider-fake", ModuleKind::provider, [this](const auto&) {
      ++made;
      auto provider = std::make_shared<FakeProvider>();
      provider->offered = {"m1", "m2"};
      return provider;
    }));
    registry.add(factory("switch", ModuleKind::llm_switch, [](const auto&) { return std::make_shared<Switch>(); }));
    registry.add(factory("unready", ModuleKind::workflow, [](const auto&) -> std::shared_ptr<Module> {
      throw patchbay::config::Error(std::vector<patchbay::config::Fault>{{"/rules/0", "the expression does not compile"}});
    }));
    ModuleFactory strict =
        factory("strict", ModuleKind::workflow, [](const auto&) { return std::make_shared<FakeTransform>([] { return nullptr; }); });
    strict.schema = boost::json::parse(R"({"type":"object","properties":{"size":{"type":"integer"}},"additionalProperties":false})");
    registry.add(std::move(strict));
  }

  Assembled assemble(std::vector<config::Route> routes) {
    config::Settings settings;
    settings.routes = std::move(routes);
    return PipelineAssembler(registry, pool).assemble(std::move(settings), 3);
  }
  std::vector<std::string> faults(std::vector<config::Route> routes) {
    const Assembled assembled = assemble(std::move(routes));
    EXPECT_EQ(assembled.assembly, nullptr);
    std::vector<std::string> texts;
    for (const config::Diagnostic& fault : assembled.diagnostics) texts.push_back(to_string(fault));
    return texts;
  }

  int made = 0;
  ModuleRegistry registry;
  StaticInstancePool pool;
};

TEST_F(Assembler, MakesTheHooksThatTheHostHasItself) {
  config::Settings settings;
  settings.hooks.resize(1);
  settings.hooks[0].id = "h";
  settings.hooks[0].events = {"request.failed"};
  settings.hooks[0].log.emplace();
  const Assembled assembled = PipelineAssembler(registry, pool).assemble(std::move(settings), 1);
  ASSERT_NE(assembled.assembly, nullptr);
  EXPECT_EQ(assembled.assembly->hooks.at(0).points, 1u << static_cast<unsigned>(hooks::Point::request_failed));
}

TEST_F(Assembler, RefusesExpressionsThatDoNotCompile) {
  config::Settings settings;
  settings.debug.redact = {"("};
  settings.hooks.resize(1);
  settings.hooks[0].module.key = "hooks[0]";
  settings.hooks[0].where = {{"route", "["}};
  settings.hooks[0].log.emplace();
  settings.telemetry.otlp.endpoint = "nonsense";
  std::vector<std::string> keys;
  for (const config::Diagnostic& fault : PipelineAssembler(registry, pool).assemble(std::move(settings), 1).diagnostics)
    keys.push_back(fault.key);
  EXPECT_THAT(keys, ElementsAre("telemetry.otlp.endpoint", "debug.redact", "hooks[0].where"));
}

/// As the draft of a faulty file has it.
config::ModuleUse unread(ModuleKind kind, const std::string& type) {
  config::ModuleUse module = use(kind, type);
  module.config.value = nullptr;
  return module;
}

TEST_F(Assembler, JudgesTheTypeOfAModuleWhoseConfigurationIsFaulty) {
  EXPECT_THAT(faults({route("a", {unread(ModuleKind::provider, "provider-fakke")})}), ElementsAre(HasSubstr("'provider-fakke'")));
}

TEST_F(Assembler, SaysNothingOfWhatWasFaultyWhenItWasRead) {
  const Assembled assembled = assemble({route("no-configuration", {unread(ModuleKind::provider, "provider-fake")}),
                                        route("no-type", {unread(ModuleKind::provider, "")}), route("no-provider", {})});
  EXPECT_THAT(assembled.diagnostics, IsEmpty());
  EXPECT_EQ(made, 0);
}

TEST_F(Assembler, RanksRoutesByPriorityAndThenByOrder) {
  std::vector<config::Route> routes;
  for (const auto& [id, priority] : {std::pair{"a", 0}, std::pair{"b", 5}, std::pair{"c", 0}, std::pair{"d", 5}}) {
    routes.push_back(route(id, {use(ModuleKind::provider, "provider-fake")}));
    routes.back().priority = priority;
  }
  const Assembled assembled = assemble(std::move(routes));

  std::vector<std::string> order;
  for (const auto& ranked : assembled.assembly->routes) order.push_back(ranked->settings.id);
  EXPECT_THAT(order, ElementsAre("b", "d", "a", "c"));
  EXPECT_EQ(assembled.assembly->generation, 3u);
}

TEST_F(Assembler, RoutesThatNameTheSameConfigurationShareOneInstance) {
  assemble({route("a", {use(ModuleKind::provider, "provider-fake", {{"k", 1}})}),
            route("b", {use(ModuleKind::provider, "provider-fake", {{"k", 1}})}),
            route("c", {use(ModuleKind::provider, "provider-fake", {{"k", 2}})})});
  EXPECT_EQ(made, 2);
}

TEST_F(Assembler, AReloadKeepsTheInstancesThatDidNotChange) {
  const Assembled first = assemble({route("a", {use(ModuleKind::provider, "provider-fake")})});
  assemble({route("a", {use(ModuleKind::provider, "provider-fake")})});
  EXPECT_EQ(made, 1);
}

TEST_F(Assembler, CollectsTheModelsOfItsProviders) {
  const Assembled assembled = assemble({route("a", {use(ModuleKind::provider, "provider-fake")})});
  ASSERT_EQ(assembled.assembly->models.size(), 2u);
  EXPECT_EQ(assembled.assembly->models[0].id, "m1");
  EXPECT_EQ(assembled.assembly->models[0].owner, "provider-fake");
}

TEST_F(Assembler, AModelSaysWhichRoutesMayServeIt) {
  std::vector<config::Route> routes;
  for (const auto& [id, model] : {std::pair{"first", "^m1$"}, std::pair{"second", "^m"}, std::pair{"third", "^gpt-"}}) {
    routes.push_back(route(id, {use(ModuleKind::provider, "provider-fake")}));
    routes.back().pattern.model = model;
  }
  routes[1].priority = 5;
  routes[1].pattern.stream = true;
  const Assembled assembled = assemble(std::move(routes));
  EXPECT_THAT(assembled.assembly->models.at(0).routes, ElementsAre("second", "first"));
  EXPECT_THAT(assembled.assembly->models.at(1).routes, ElementsAre("second"));
}

TEST_F(Assembler, AnUnknownModuleTypeIsReportedWithTheNearestOne) {
  EXPECT_THAT(
      faults({route("a", {use(ModuleKind::provider, "provider-fak")})}),
      ElementsAre("test.toml:7:3: routes[0].modules[0]: no plugin brings a provider module 'provider-fak'; loaded are: provider-fake "
                  "(did you mean 'provider-fake'?)"));
}

TEST_F(Assembler, AModuleOfAnotherKindIsRefused) {
  EXPECT_THAT(faults({route("a", {use(ModuleKind::workflow, "switch"), use(ModuleKind::provider, "provider-fake")})}),
              ElementsAre(HasSubstr("module 'switch' is of kind llmSwitch, not workflow")));
}

TEST_F(Assembler, EveryFaultOfEveryRouteIsReportedAtOnce) {
  config::Route bad_condition = route("c", {use(ModuleKind::workflow, "strict"), use(ModuleKind::provider, "provider-fake")});
  bad_condition.targets[0].modules[0].condition = config::Condition{.field = "modle", .op = "exists"};
  config::Route bad_pattern = route("d", {use(ModuleKind::provider, "provider-fake")});
  bad_pattern.pattern.model = "(";
  EXPECT_THAT(
      faults({route("a", {use(ModuleKind::workflow, "strict", {{"sise", 1}}), use(ModuleKind::provider, "nope")}),
              route("b", {use(ModuleKind::workflow, "unready"), use(ModuleKind::provider, "provider-fake")}), bad_condition, bad_pattern}),
      ElementsAre(HasSubstr("sise"), HasSubstr("'nope'"), HasSubstr("the expression does not compile"),
                  AllOf(HasSubstr("unknown field 'modle'"), HasSubstr("did you mean 'model'?")), HasSubstr("'(' does not compile")));
}

TEST_F(Assembler, AnLlmSwitchCarriesTheProtocolsThatItBridges) {
  config::Route anthropic = route("a", {use(ModuleKind::llm_switch, "switch"), use(ModuleKind::provider, "provider-fake")});
  anthropic.pattern.protocols = {"anthropic-messages"};
  EXPECT_THAT(assemble({anthropic}).diagnostics, IsEmpty());
}

TEST_F(Assembler, AProtocolThatTheModulesDoNotCarryIsAFault) {
  config::Route gemini = route("a", {use(ModuleKind::provider, "provider-fake")});
  gemini.pattern.protocols = {"gemini"};
  EXPECT_THAT(faults({gemini}), ElementsAre(HasSubstr("do not carry a request from gemini to the provider, which speaks openai-chat")));
}

TEST_F(Assembler, WithoutPreloadInstancesAreCheckedAndLetGo) {
  config::Settings settings;
  settings.pool.preload = "none";
  settings.routes.push_back(route("a", {use(ModuleKind::provider, "provider-fake")}));
  const Assembled assembled = PipelineAssembler(registry, pool).assemble(std::move(settings), 1);

  ASSERT_NE(assembled.assembly, nullptr);
  EXPECT_EQ(made, 1);
  EXPECT_FALSE(pool.instances().front()->counters().present);
}

}  // namespace
}  // namespace patchbay::pipeline
