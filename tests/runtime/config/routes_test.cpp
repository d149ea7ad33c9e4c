#include "config/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loading.hpp"

namespace patchbay::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view provider = "{ type = 'provider', config = { type = 'p' } }";

class RoutesTest : public testing::Test {
 protected:
  /// The only route of a file.
  Route route(std::string_view text) {
    Loaded loaded = load(folder_.write("m.toml", text));
    EXPECT_THAT(texts(loaded.diagnostics, folder_), IsEmpty());
    return loaded.settings && !loaded.settings->routes.empty() ? loaded.settings->routes.front() : Route{};
  }

  /// A route with these modules, on line 3 of the file.
  static std::string with_modules(std::string_view modules) { return "[[routes]]\nid = 'r'\nmodules = [" + std::string(modules) + "]\n"; }

  /// A route with these lines, from line 4 on, besides a chain that is right.
  static std::string with(std::string_view lines) { return with_modules(provider) + std::string(lines) + "\n"; }

  static std::vector<std::string> types(const Target& target) {
    std::vector<std::string> types;
    for (const ModuleUse& use : target.modules) types.push_back(use.type);
    return types;
  }

  TemporaryFolder folder_;
};

TEST_F(RoutesTest, DefaultsOfARoute) {
  const Route got = route(with(""));
  EXPECT_EQ(got.id, "r");
  EXPECT_EQ(got.key, "routes[0]");
  EXPECT_EQ(got.priority, 0);
  EXPECT_TRUE(got.enabled);
  EXPECT_EQ(got.balance, "round-robin");
  EXPECT_EQ(got.pattern.model, std::nullopt);
}

TEST_F(RoutesTest, EverythingThatARouteSays) {
  const Route got = route(with("priority = -5\nenabled = false\nbalance = 'priority'"));
  EXPECT_EQ(got.priority, -5);
  EXPECT_FALSE(got.enabled);
  EXPECT_EQ(got.balance, "priority");
}

TEST_F(RoutesTest, AProbeOfATargetIsLaidOverTheRoutesAndThatOverTheCommonOne) {
  const Route got = route(
      "[probe]\ninterval = '10s'\ntimeout = '3s'\n[[routes]]\nid = 'r'\nprobe = { timeout = '2s', failures = 7 }\n"
      "[[routes.targets]]\nmodules = [" +
      std::string(provider) +
      "]\nprobe = { failures = 1 }\n"
      "[[routes.targets]]\nmodules = [" +
      std::string(provider) + "]\nprobe = { interval = 0 }\n");
  const ProbeSettings& first = got.targets.at(0).probe;
  EXPECT_EQ(first.interval, std::chrono::seconds(10));
  EXPECT_EQ(first.timeout, std::chrono::seconds(2));
  EXPECT_EQ(first.failures, 1u);
  EXPECT_FALSE(got.targets.at(1).probe.active());
}

TEST_F(RoutesTest, AProbeThatGetsNeedsAPath) {
  const Loaded loaded = load(folder_.write("m.toml", with("probe = { interval = '1s', kind = 'get' }")));
  EXPECT_THAT(texts(loaded.diagnostics, folder_),
              ElementsAre("m.toml:4:1: routes[0].probe: the probe of target '0' needs a `path` that begins with '/', for example "
                          "\"/v1/models\""));
}

TEST_F(RoutesTest, EverythingThatAPatternSays) {
  const Pattern got =
      route(with("[routes.pattern]\nprotocols = ['openai-chat']\noperations = ['generate', 'count_tokens']\nmodel = '^g'\nstream = true\n"
                 "has_tools = false\nhas_images = true\nthinking = true\nmin_tokens = 1\nmax_tokens = 9\nheaders = { X-Team = 'b' }\n"
                 "custom = { 'metadata.tier' = 'gold' }"))
          .pattern;
  EXPECT_THAT(got.protocols, ElementsAre("openai-chat"));
  EXPECT_THAT(got.operations, ElementsAre("generate", "count_tokens"));
  EXPECT_EQ(got.model, "^g");
  EXPECT_EQ(got.stream, true);
  EXPECT_EQ(got.has_tools, false);
  EXPECT_EQ(got.has_images, true);
  EXPECT_EQ(got.thinking, true);
  EXPECT_EQ(got.min_tokens, 1u);
  EXPECT_EQ(got.max_tokens, 9u);
  EXPECT_EQ(got.headers.at("X-Team"), "b");
  EXPECT_EQ(got.custom.at("metadata.tier"), "gold");
}

TEST_F(RoutesTest, AModuleFromTheLibraryHasItsTypeAndConfig) {
  const ModuleUse got =
      route("[library.main]\ntype = 'provider-x'\nconfig = { a = 1 }\n" + with_modules("{ type = 'provider', config = 'main' }"))
          .targets[0]
          .modules[0];
  EXPECT_EQ(got.library, "main");
  EXPECT_EQ(got.type, "provider-x");
  EXPECT_EQ(got.config.value, (boost::json::object{{"a", 1}}));
  EXPECT_EQ(got.config.find("/a").line, 3u);
}

TEST_F(RoutesTest, AnInlineModuleHasItsTypeAndConfig) {
  const ModuleUse got =
      route(with_modules("{ type = 'provider', config = { type = 'provider-x', config = { a = 1 } } }")).targets[0].modules[0];
  EXPECT_EQ(got.library, "");
  EXPECT_EQ(got.type, "provider-x");
  EXPECT_EQ(got.key, "routes[0].modules[0]");
  EXPECT_EQ(got.config.value, (boost::json::object{{"a", 1}}));
}

TEST_F(RoutesTest, AnInlineModuleMayHaveNoConfig) {
  EXPECT_EQ(route(with_modules(provider)).targets[0].modules[0].config.value, boost::json::object());
}

TEST_F(RoutesTest, ModulesStandInTheOrderOfTheirKindsWhateverTheFileSays) {
  const Route got =
      route(with_modules("{ type = 'provider', config = { type = 'p' } }, { type = 'compatibility', config = { type = 'c' } },"
                         "{ type = 'workflow', config = { type = 'w' } }, { type = 'llmSwitch', config = { type = 's' } }"));
  EXPECT_THAT(types(got.targets[0]), ElementsAre("s", "w", "c", "p"));
}

TEST_F(RoutesTest, ModulesOfOneKindKeepTheOrderOfTheFile) {
  const Route got =
      route(with_modules("{ type = 'compatibility', config = { type = 'c1' } }, { type = 'workflow', config = { type = 'w2' } },"
                         "{ type = 'compatibility', config = { type = 'c0' } }, { type = 'workflow', config = { type = 'w1' } }, { type = "
                         "'provider', config = { type = 'p' } }"));
  EXPECT_THAT(types(got.targets[0]), ElementsAre("w2", "w1", "c1", "c0", "p"));
}

TEST_F(RoutesTest, AModuleThatWasMovedKeepsTheKeyOfItsPlaceInTheFile) {
  const Route got = route(with_modules(std::string(provider) + ", { type = 'workflow', config = { type = 'w' } }"));
  EXPECT_EQ(got.targets[0].modules[0].key, "routes[0].modules[1]");
}

TEST_F(RoutesTest, AConditionWithItsPlace) {
  const Route got = route(with_modules(std::string(provider) +
                                       ",\n{ type = 'workflow', config = { type = 'w' }, optional = true,"
                                       " condition = { field = 'model', operator = 'contains', value = 'glm', case_sensitive = false } }"));
  const ModuleUse& use = got.targets[0].modules[0];
  EXPECT_TRUE(use.optional);
  ASSERT_TRUE(use.condition.has_value());
  EXPECT_EQ(use.condition->field, "model");
  EXPECT_EQ(use.condition->op, "contains");
  EXPECT_EQ(use.condition->value, "glm");
  EXPECT_FALSE(use.condition->case_sensitive);
  EXPECT_EQ(use.condition->at.line, 4u);
}

TEST_F(RoutesTest, TargetsHaveNamesWeightsAndChains) {
  const Route got = route(
      "[[routes]]\nid = 'r'\nbalance = 'weighted'\n[[routes.targets]]\nid = 'big'\nweight = 3\n"
      "modules = [{ type = 'provider', config = { type = 'a' } }]\n[[routes.targets]]\nmodules = [{ type = 'provider', config = { type = "
      "'b' } }]\n");
  ASSERT_EQ(got.targets.size(), 2u);
  EXPECT_EQ(got.targets[0].id, "big");
  EXPECT_EQ(got.targets[0].weight, 3u);
  EXPECT_EQ(got.targets[1].id, "1");
  EXPECT_EQ(got.targets[1].weight, 1u);
  EXPECT_THAT(types(got.targets[1]), ElementsAre("b"));
}

TEST_F(RoutesTest, ModulesAreOneTarget) {
  const Route got = route(with(""));
  ASSERT_EQ(got.targets.size(), 1u);
  EXPECT_EQ(got.targets[0].id, "0");
}

TEST_F(RoutesTest, TimeoutsAreLaidOverThoseOfUpstream) {
  const Timeouts got = route("[upstream.timeouts]\nidle = '7s'\ntotal = '8s'\n" + with("timeouts = { total = '9s' }")).timeouts;
  EXPECT_EQ(got.idle, std::chrono::seconds(7));
  EXPECT_EQ(got.total, std::chrono::seconds(9));
}

TEST_F(RoutesTest, IdIsRequired) {
  EXPECT_THAT(faults_of(folder_, "[[routes]]\nmodules = []\n"), ElementsAre("m.toml:1:1: routes[0].id: 'id' is required"));
}

TEST_F(RoutesTest, IdMayNotBeEmpty) {
  EXPECT_THAT(faults_of(folder_, "[[routes]]\nid = ''\nmodules = [" + std::string(provider) + "]\n"),
              ElementsAre("m.toml:2:1: routes[0].id: a route needs an id"));
}

TEST_F(RoutesTest, IdMayNotBeTaken) {
  EXPECT_THAT(faults_of(folder_, with("") + with_modules(provider)),
              ElementsAre("m.toml:6:1: routes[1].id: route 'r' is there already, at m.toml:2"));
}

TEST_F(RoutesTest, UnknownKeyOfARoute) {
  EXPECT_THAT(faults_of(folder_, with("prioritty = 1")),
              ElementsAre("m.toml:4:1: routes[0].prioritty: unknown key 'prioritty' (did you mean 'priority'?)"));
}

TEST_F(RoutesTest, UnknownKeyOfAPattern) {
  EXPECT_THAT(faults_of(folder_, with("pattern = { modle = 'x' }")),
              ElementsAre("m.toml:4:13: routes[0].pattern.modle: unknown key 'modle' (did you mean 'model'?)"));
}

TEST_F(RoutesTest, UnknownOperation) {
  EXPECT_THAT(
      faults_of(folder_, with("pattern = { operations = ['generate', 'embedd'] }")),
      ElementsAre(
          "m.toml:4:39: routes[0].pattern.operations[1]: 'embedd' is not one of generate, embed, count_tokens (did you mean 'embed'?)"));
}

TEST_F(RoutesTest, UnknownKeyOfATimeout) {
  EXPECT_THAT(faults_of(folder_, with("timeouts = { idel = 1 }")),
              ElementsAre("m.toml:4:14: routes[0].timeouts.idel: unknown key 'idel' (did you mean 'idle'?)"));
}

TEST_F(RoutesTest, NeitherModulesNorTargets) {
  EXPECT_THAT(faults_of(folder_, "[[routes]]\nid = 'r'\n"),
              ElementsAre("m.toml:1:1: routes[0]: a route needs either `modules` (one chain) or `targets` (several)"));
}

TEST_F(RoutesTest, ModulesAndTargets) {
  EXPECT_THAT(faults_of(folder_, with("targets = []")),
              ElementsAre("m.toml:1:1: routes[0]: a route needs either `modules` (one chain) or `targets` (several)"));
}

TEST_F(RoutesTest, NoTarget) {
  EXPECT_THAT(faults_of(folder_, "[[routes]]\nid = 'r'\ntargets = []\n"), ElementsAre("m.toml:3:1: routes[0].targets: there is no target"));
}

TEST_F(RoutesTest, NoProvider) {
  EXPECT_THAT(faults_of(folder_, with_modules("{ type = 'workflow', config = { type = 'w' } }")),
              ElementsAre("m.toml:3:1: routes[0].modules: a chain needs exactly one provider; this one has 0"));
}

TEST_F(RoutesTest, TwoProviders) {
  EXPECT_THAT(faults_of(folder_, with_modules(std::string(provider) + "," + std::string(provider))),
              ElementsAre("m.toml:3:1: routes[0].modules: a chain needs exactly one provider; this one has 2"));
}

TEST_F(RoutesTest, TwoSwitches) {
  EXPECT_THAT(faults_of(folder_,
                        with_modules(std::string(provider) +
                                     ", { type = 'llmSwitch', config = { type = 'a' } }, { type = 'llmSwitch', config = { type = 'b' } }")),
              ElementsAre("m.toml:3:1: routes[0].modules: a chain takes at most one llmSwitch; this one has 2"));
}

TEST_F(RoutesTest, WeightHasALimit) {
  EXPECT_THAT(faults_of(folder_, "[[routes]]\nid = 'r'\n[[routes.targets]]\nweight = 1001\nmodules = [" + std::string(provider) + "]\n"),
              ElementsAre("m.toml:4:1: routes[0].targets[0].weight: must be at most 1000"));
}

TEST_F(RoutesTest, FaultOfASecondTargetIsThere) {
  EXPECT_THAT(faults_of(folder_, "[[routes]]\nid = 'r'\n[[routes.targets]]\nmodules = [" + std::string(provider) +
                                     "]\n[[routes.targets]]\nmodules = []\n"),
              ElementsAre("m.toml:6:1: routes[0].targets[1].modules: a chain needs exactly one provider; this one has 0"));
}

TEST_F(RoutesTest, UnknownKind) {
  EXPECT_THAT(faults_of(folder_, with_modules("{ type = 'provder', config = 'x' }")),
              ElementsAre("m.toml:3:14: routes[0].modules[0].type: 'provder' is not one of llmSwitch, workflow, compatibility, provider "
                          "(did you mean 'provider'?)"));
}

TEST_F(RoutesTest, LibraryEntryThatIsNotThere) {
  EXPECT_THAT(faults_of(folder_, "[library.openai]\ntype = 'p'\n" + with_modules("{ type = 'provider', config = 'opanai' }")),
              ElementsAre("m.toml:5:33: routes[0].modules[0].config: there is no [library.opanai] (did you mean 'openai'?)"));
}

TEST_F(RoutesTest, InlineModuleWithoutAType) {
  EXPECT_THAT(faults_of(folder_, with_modules("{ type = 'provider', config = {} }")),
              ElementsAre("m.toml:3:33: routes[0].modules[0].config.type: 'type' is required"));
}

TEST_F(RoutesTest, UnknownKeyOfAnInlineModule) {
  EXPECT_THAT(faults_of(folder_, with_modules("{ type = 'provider', config = { type = 'p', base_url = 'x' } }")),
              ElementsAre("m.toml:3:56: routes[0].modules[0].config.base_url: unknown key 'base_url'"));
}

TEST_F(RoutesTest, UnknownOperatorOfACondition) {
  EXPECT_THAT(
      faults_of(folder_,
                with_modules("{ type = 'provider', config = { type = 'p' }, condition = { field = 'model', operator = 'equal' } }")),
      ElementsAre("m.toml:3:89: routes[0].modules[0].condition.operator: 'equal' is not one of equals, contains, matches, exists, gt, lt "
                  "(did you mean 'equals'?)"));
}

TEST_F(RoutesTest, OptionalWithoutACondition) {
  EXPECT_THAT(faults_of(folder_, with_modules(std::string(provider) + ",{ type = 'workflow', optional = true, config = { type = 'w' } }")),
              ElementsAre("m.toml:3:80: routes[0].modules[1].optional: `optional` says nothing without a `condition`"));
}

TEST_F(RoutesTest, OptionalProvider) {
  EXPECT_THAT(
      faults_of(
          folder_,
          with_modules(
              "{ type = 'provider', optional = true, config = { type = 'p' }, condition = { field = 'model', operator = 'exists' } }")),
      ElementsAre("m.toml:3:33: routes[0].modules[0].optional: the provider of a chain cannot be optional"));
}

}  // namespace
}  // namespace patchbay::config
