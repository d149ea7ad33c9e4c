#include <algorithm>

#include "reading.hpp"

namespace patchbay::v1 {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using namespace v1::testing;

constexpr std::string_view glm =
    R"({"glm":{"type":"glm","baseURL":"https://glm.test/v4","apiKey":["k1","k2"],"models":{"glm-4.6":{},"glm-4.5":{}}}})";

Plan lowered(std::string_view providers, std::string_view routing, std::string_view more = "") {
  return lower(configuration(user_file(providers, routing, more)));
}

const PlanRoute& route(const Plan& plan, std::string_view id) {
  const auto found = std::find_if(plan.routes.begin(), plan.routes.end(), [&](const PlanRoute& one) { return one.id == id; });
  if (found == plan.routes.end()) throw std::runtime_error("no route " + std::string(id));
  return *found;
}

std::vector<std::string> types(const Plan& plan, const PlanTarget& target) {
  std::vector<std::string> names;
  for (const std::string& name : target.modules) names.push_back(plan.module(name).type);
  return names;
}

TEST(Lower, APipelineIsAChainOfOurModules) {
  const Plan plan = lowered(glm, R"({"default":["glm.glm-4.6"]})");
  const PlanTarget& target = route(plan, "default").targets.front();
  EXPECT_EQ(target.id, "glm.glm-4.6");
  EXPECT_EQ(target.model, "glm-4.6");
  EXPECT_THAT(types(plan, target), ElementsAre("llmswitch-conversion-router", "compatibility-glm", "provider-openai"));
}

TEST(Lower, KeysAreNeverInThePlan) {
  const Plan plan = lowered(glm, R"({"default":["glm.glm-4.6"]})");
  EXPECT_EQ(plan.module("glm").config.at("api_keys"), (boost::json::array{"${GLM_API_KEY_1}", "${GLM_API_KEY_2}"}));
}

TEST(Lower, ATargetOfOneKeyHasAProviderOfItsOwn) {
  const Plan plan = lowered(glm, R"({"default":["glm.glm-4.6.key2"]})");
  EXPECT_EQ(plan.module("glm-key2").config.at("api_keys"), boost::json::array{"${GLM_API_KEY_2}"});
}

TEST(Lower, TheOnlyKeyOfAProviderIsThatOfTheProvider) {
  const Plan plan = lowered(R"({"a":{"type":"openai","apiKey":["k"],"models":{"m":{},"n":{}}}})", R"({"default":["a.m.key1"]})");
  EXPECT_THAT(route(plan, "default").targets.front().modules, Contains("a"));
  EXPECT_THAT(route(plan, "a-direct").names,
              UnorderedElementsAre(Pair("a.m", "m"), Pair("a.n", "n"), Pair("a.m.key1", "m"), Pair("a.n.key1", "n")));
}

TEST(Lower, EveryModelMayBeNamedAsItStandsInTheFile) {
  const Plan plan = lowered(glm, R"({"default":["glm.glm-4.6"]})");
  EXPECT_THAT(route(plan, "glm-direct").names, UnorderedElementsAre(Pair("glm.glm-4.6", "glm-4.6"), Pair("glm.glm-4.5", "glm-4.5")));
  EXPECT_THAT(route(plan, "glm-key2-direct").names, Contains(Pair("glm.glm-4.5.key2", "glm-4.5")));
}

TEST(Lower, ACategoryOfOnesOwnIsReachedByItsName) {
  const Plan plan = lowered(glm, R"({"default":["glm.glm-4.6"],"premium":["glm.glm-4.5"]})");
  EXPECT_EQ(route(plan, "premium").category, "");
  EXPECT_THAT(route(plan, "premium").names, ElementsAre(Pair("premium", "")));
  EXPECT_THAT(notes(plan.notes, Fate::changed), Contains(HasSubstr("no request is of category `premium` by itself")));
}

TEST(Lower, BackupPoolsAreAskedAfterTheFirst) {
  const Plan plan =
      lowered(glm, R"({"default":[{"id":"a","targets":["glm.glm-4.6"]},{"id":"b","backup":true,"targets":["glm.glm-4.5"]}]})");
  EXPECT_THAT(route(plan, "default").fallback, ElementsAre("b"));
  EXPECT_TRUE(route(plan, "b").is_fallback);
}

TEST(Lower, APipelineThatCannotServeIsLeftOutAndTold) {
  const Plan plan = lowered(R"({"q":{"type":"gemini-cli","models":{"m":{}}},"a":{"type":"openai","apiKey":"k","models":{"m":{}}}})",
                            R"({"default":["q.m","a.m"]})");
  EXPECT_THAT(targets(plan, "default"), ElementsAre("a.m"));
  EXPECT_THAT(notes(plan.notes, Fate::unmappable), Contains(HasSubstr("/virtualrouter/routing/default/0: pipeline q.m is left out")));
}

TEST(Lower, OtherHostsAreServedOnlyWithAKey) {
  EXPECT_EQ(lowered(glm, R"({"default":["glm.glm-4.6"]})", R"(,"host":"0.0.0.0")").listen, "127.0.0.1:5520");
  const Plan guarded = lower(configuration(R"({"httpserver":{"port":1234,"host":"0.0.0.0","apikey":"s"},"virtualrouter":{"providers":)" +
                                           std::string(glm) + R"(,"routing":{"default":["glm.glm-4.6"]}}})"));
  EXPECT_EQ(guarded.listen, "0.0.0.0:1234");
  EXPECT_THAT(guarded.api_keys, ElementsAre("${PATCHBAY_API_KEY}"));
}

TEST(Lower, TheSmallestWindowOfTheDefaultPoolSaysWhatIsLong) {
  const Plan plan = lowered(R"({"a":{"type":"openai","apiKey":"k","models":{"small":{"maxContext":8000},"big":{}}}})",
                            R"({"default":["a.small"],"longcontext":["a.big"]})");
  EXPECT_EQ(plan.classification.longcontext_tokens, 8000u);
}

TEST(Lower, AnthropicsProviderIsSpokenToInItsOwnProtocol) {
  const Plan plan = lowered(R"({"a":{"type":"anthropic","baseURL":"https://a.test/v1","apiKey":"k","models":{"m":{"maxTokens":64000}}}})",
                            R"({"default":["a.m"]})");
  EXPECT_THAT(types(plan, route(plan, "default").targets.front()), ElementsAre("llmswitch-conversion-router", "provider-anthropic"));
  EXPECT_EQ(plan.module("a").config.at("base_url"), "https://a.test");
  EXPECT_EQ(plan.module("conversion").config.at("default_max_tokens"), 64000);
}

TEST(Lower, ADialectThatNobodyKnowsIsTold) {
  const Plan plan = lowered(R"({"a":{"type":"openai","apiKey":"k","compatibilityProfile":"chat:deepseek-web","models":{"m":{}}}})",
                            R"({"default":["a.m"]})");
  EXPECT_THAT(notes(plan.notes, Fate::unmappable), Contains(HasSubstr("there is no compatibility module 'deepseek-web'")));
}

}  // namespace
}  // namespace patchbay::v1
