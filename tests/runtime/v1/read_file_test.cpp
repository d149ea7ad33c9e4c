#include "v1/read_file.hpp"

#include "reading.hpp"

namespace patchbay::v1 {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace v1::testing;

constexpr std::string_view one_provider = R"({"glm":{"type":"glm","baseURL":"https://glm.test/v4","apiKey":["k1","k2"],)"
                                          R"("models":{"glm-4.6":{"maxContext":200000},"glm-4.5-air":{}}}})";

std::vector<std::string> aliases(const Provider& provider) {
  std::vector<std::string> names;
  for (const Key& key : provider.keys) names.push_back(key.alias);
  return names;
}

std::string wants(const Configuration& configuration, const std::string& category) {
  const auto found = configuration.pools.find(category);
  if (found == configuration.pools.end()) return "no pool";
  std::string text;
  for (const Pool& pool : found->second)
    for (const Target& target : pool.targets) text += (text.empty() ? "" : " ") + target.provider + "|" + target.model + "|" + target.alias;
  return text;
}

TEST(ReadFile, AUsersFileHasProvidersKeysAndPools) {
  const Configuration read = configuration(user_file(one_provider, R"({"default":["glm.glm-4.6"],"coding":[]})"));
  ASSERT_EQ(read.providers.size(), 1u);
  EXPECT_EQ(read.providers[0].base_url, "https://glm.test/v4");
  EXPECT_EQ(read.providers[0].compatibility, "glm");
  EXPECT_THAT(aliases(read.providers[0]), ElementsAre("key1", "key2"));
  EXPECT_EQ(wants(read, "default"), "glm|glm-4.6|");
  EXPECT_EQ(wants(read, "coding"), "no pool");
  EXPECT_EQ(read.server.port, 5520u);
}

TEST(ReadFile, KeysOfTheFileBecomeVariables) {
  const Configuration read = configuration(user_file(one_provider, R"({"default":["glm.glm-4.6"]})"));
  EXPECT_EQ(read.providers[0].keys[0].reference, "${GLM_API_KEY_1}");
  EXPECT_EQ(read.secrets.at("GLM_API_KEY_2"), "k2");
}

TEST(ReadFile, ShellDefaultsAreOurs) {
  const Configuration read =
      configuration(user_file(R"({"a":{"type":"openai","apiKey":["${A_KEY:-none}"],"models":{"m":{}}}})", R"({"default":["a.m"]})"));
  EXPECT_EQ(read.providers[0].keys[0].reference, "${A_KEY:none}");
}

TEST(ReadFile, AKeyThatIsSaidTwiceIsOne) {
  const Configuration read = configuration(user_file(
      R"({"a":{"type":"openai","apiKey":["${K}"],"auth":{"type":"apikey","apiKey":"${K}"},"models":{"m":{}}}})", R"({"default":["a.m"]})"));
  EXPECT_THAT(aliases(read.providers[0]), ElementsAre("key1"));
}

TEST(ReadFile, ATargetMayNameAKey) {
  const Configuration read = configuration(user_file(one_provider, R"({"default":["glm.glm-4.6.key2"]})"));
  EXPECT_EQ(wants(read, "default"), "glm|glm-4.6|key2");
}

TEST(ReadFile, ModelsMayHaveDotsAndSlashes) {
  const Configuration read = configuration(
      user_file(R"({"m":{"type":"openai","apiKey":"k","models":{"a/b.c":{},"a/b":{}}}})", R"({"default":["m.a/b.c","m.a/b.key1"]})"));
  EXPECT_EQ(wants(read, "default"), "m|a/b.c| m|a/b|key1");
}

TEST(ReadFile, AProviderMayHaveADotInItsName) {
  const Configuration read =
      configuration(user_file(R"({"demo":{"type":"openai","models":{"x":{}}},"demo.glm":{"type":"openai","models":{"glm-4.6":{}}}})",
                              R"({"default":["demo.glm.glm-4.6"]})"));
  EXPECT_EQ(wants(read, "default"), "demo.glm|glm-4.6|");
}

TEST(ReadFile, ATargetWithoutAProviderIsLeftOutAndTold) {
  const Configuration read = configuration(user_file(one_provider, R"({"default":["glm.glm-4.6","qwen.q"]})"));
  EXPECT_EQ(wants(read, "default"), "glm|glm-4.6|");
  EXPECT_THAT(notes(read.notes, Fate::unmappable),
              Contains("/virtualrouter/routing/default/1: 'qwen.q' names no provider; there are: glm"));
}

TEST(ReadFile, AKeyThatIsNotThereIsToldWithThoseThatAre) {
  const Configuration read = configuration(user_file(one_provider, R"({"default":["glm.glm-4.6","glm.glm-4.6.key3"]})"));
  EXPECT_THAT(notes(read.notes, Fate::unmappable),
              Contains("/virtualrouter/routing/default/1: provider glm has no key 'key3'; there are: key1, key2"));
}

TEST(ReadFile, PoolsAreAskedByPriorityAndBackupsLast) {
  const Configuration read = configuration(user_file(one_provider, R"({"default":[
      {"id":"b","backup":true,"targets":["glm.glm-4.5-air"]},
      {"id":"low","priority":10,"targets":["glm.glm-4.5-air.key1"]},
      {"id":"high","priority":20,"mode":"priority","targets":["glm.glm-4.6"]}]})"));
  const std::vector<Pool>& pools = read.pools.at("default");
  ASSERT_EQ(pools.size(), 3u);
  EXPECT_EQ(pools[0].id, "high");
  EXPECT_EQ(pools[0].balance, "priority");
  EXPECT_EQ(pools[1].id, "low");
  EXPECT_EQ(pools[2].id, "b");
}

TEST(ReadFile, CategoriesHaveOneSpelling) {
  const Configuration read =
      configuration(user_file(one_provider, R"({"default":["glm.glm-4.6"],"web_search":["glm.glm-4.6"],"longContext":["glm.glm-4.6"]})"));
  EXPECT_EQ(read.pools.count("websearch"), 1u);
  EXPECT_EQ(read.pools.count("longcontext"), 1u);
}

TEST(ReadFile, WhatV1GotBySigningInComesFromAVariable) {
  const Configuration read =
      configuration(user_file(R"({"q":{"type":"qwen","auth":{"type":"oauth"},"models":{"m":{}}}})", R"({"default":["q.m"]})"));
  EXPECT_EQ(read.providers[0].keys[0].reference, "${Q_API_KEY_1}");
  EXPECT_EQ(read.wanted.at("Q_API_KEY_1"), "/virtualrouter/providers/q/auth");
  EXPECT_THAT(notes(read.notes, Fate::unmappable), Contains(HasSubstr("put a token or an API key into Q_API_KEY_1")));
}

TEST(ReadFile, APoolOfWhichNothingCanServeIsRefusedWithEveryReason) {
  const Read refused = read(user_file(R"({"w":{"type":"gemini-cli-http-provider","models":{"m":{}}}})", R"({"default":["w.m"]})"));
  ASSERT_EQ(refused.faults.size(), 1u);
  EXPECT_THAT(refused.faults[0], HasSubstr("v1.json:1:"));
  EXPECT_THAT(refused.faults[0], HasSubstr("virtualrouter.providers.w: no pipeline can serve. w: type 'gemini-cli-http-provider' speaks"));
}

TEST(ReadFile, ABareRouterNamesWholePipelines) {
  const Configuration read = configuration(R"({"routing":{"default":[{"id":"p","targets":["fc.gpt-5.1"]}]},
      "providers":{"fc.gpt-5.1":{"providerKey":"fc.gpt-5.1","providerType":"openai","endpoint":"https://fc.test/v1/chat/completions",
      "auth":{"type":"apiKey","secretRef":"FC"},"outboundProfile":"openai-chat","defaultModel":"gpt-5.1"}},
      "classifier":{"longContextThresholdTokens":6000},"loadBalancing":{"strategy":"sticky"}})");
  EXPECT_EQ(read.providers[0].base_url, "https://fc.test/v1");
  EXPECT_EQ(read.providers[0].keys[0].reference, "${FC}");
  EXPECT_EQ(wants(read, "default"), "fc.gpt-5.1|gpt-5.1|");
  EXPECT_EQ(read.classification.longcontext_tokens, 6000u);
  EXPECT_EQ(read.pools.at("default")[0].balance, "sticky");
}

TEST(ReadFile, EarlyFilesGiveModelsOtherNames) {
  const Configuration read = configuration(R"({"server":{"port":5506,"host":"localhost"},
      "providers":{"lm":{"type":"lmstudio","baseUrl":"http://localhost:1234","apiKey":"k","models":{"q":{}}}},
      "routing":{"default":"lm","models":{"gpt-4":"q"}}})");
  EXPECT_EQ(read.providers[0].base_url, "http://localhost:1234/v1");
  EXPECT_EQ(read.names.at("gpt-4").model, "q");
  EXPECT_EQ(wants(read, "default"), "lm|q|");
}

TEST(ReadFile, AMergedFileHasItsPipelinesInTheRouter) {
  const Configuration read = configuration(R"({"modules":{"httpserver":{"config":{"port":4004}},"virtualrouter":{"config":{
      "routeTargets":{"default":[{"providerId":"ms","modelId":"Q/Q3","keyId":"key2"}]},
      "pipelineConfigs":{"ms.Q/Q3.key1":{"provider":{"type":"openai-provider","baseURL":"https://ms.test/v1"},"keyConfig":{"keyId":"key1","actualKey":"a","keyType":"apiKey"}},
                         "ms.Q/Q3.key2":{"provider":{"type":"openai-provider","baseURL":"https://ms.test/v1"},"keyConfig":{"keyId":"key2","actualKey":"b","keyType":"apiKey"}}}}}}})");
  EXPECT_THAT(aliases(read.providers[0]), ElementsAre("key1", "key2"));
  EXPECT_EQ(wants(read, "default"), "ms|Q/Q3|key2");
  EXPECT_EQ(read.server.port, 4004u);
}

TEST(ReadFile, AnAssemblersFileHasItsPipelinesInAList) {
  const Configuration read = configuration(R"({"config":{"pipelines":[{"id":"glm.glm-4.6__key1","provider":{"type":"openai"},
      "modules":{"provider":{"type":"openai","config":{"baseUrl":"https://glm.test/v4","auth":{"type":"apikey","apiKey":"k"}}},
                 "compatibility":{"type":"glm","config":{}}}}],
      "routePools":{"default":["glm.glm-4.6__key1"]},"routeMeta":{"glm.glm-4.6__key1":{"providerId":"glm","modelId":"glm-4.6","keyId":"key1"}}}})");
  EXPECT_EQ(read.providers[0].base_url, "https://glm.test/v4");
  EXPECT_EQ(read.providers[0].models[0].compatibility, "glm");
  EXPECT_EQ(wants(read, "default"), "glm|glm-4.6|key1");
}

TEST(ReadFile, ASystemFileIsRefusedWithWhatToGiveInstead) {
  const Read refused = read(R"({"modules":{"httpserver":{"enabled":true,"config":{"port":1}}}})");
  ASSERT_EQ(refused.faults.size(), 1u);
  EXPECT_THAT(refused.faults[0], HasSubstr("modules: this is a system configuration"));
  EXPECT_THAT(refused.faults[0], HasSubstr("virtualrouter.providers"));
}

TEST(ReadFile, WhatNobodyKnowsIsReported) {
  const Configuration read = configuration(user_file(one_provider, R"({"default":["glm.glm-4.6"]})", R"(,"frobnicate":{"a":1})"));
  EXPECT_THAT(notes(read.notes, Fate::unknown), ElementsAre("/frobnicate: nobody knows what this is for; it has no effect"));
}

}  // namespace
}  // namespace patchbay::v1
