#include <gtest/gtest.h>

#include "cache_key.hpp"
#include "patchbay/testing.hpp"

namespace patchbay::exact_cache {
namespace {

std::string key(std::string body, const std::vector<std::string>& vary = {}, const Headers& headers = {}) {
  Request request = testing::chat_request(std::move(body));
  request.headers = headers;
  return cache_key(request, vary, {"user"});
}

TEST(CacheKeys, TheOrderOfFieldsAndWhiteSpaceDoNotMatter) {
  EXPECT_EQ(key(R"({"model":"m","messages":[{"role":"user","content":"x"}]})"),
            key(R"({ "messages": [ {"content":"x", "role":"user"} ], "model": "m" })"));
}

TEST(CacheKeys, TheOrderOfElementsMatters) { EXPECT_NE(key(R"({"a":[1,2]})"), key(R"({"a":[2,1]})")); }

TEST(CacheKeys, EveryOtherDifferenceMatters) {
  const std::string plain = key(R"({"model":"m","a":"1"})");
  EXPECT_NE(plain, key(R"({"model":"n","a":"1"})"));
  EXPECT_NE(plain, key(R"({"model":"m","a":1})"));
  EXPECT_NE(plain, key(R"({"model":"m","a":"1","b":null})"));
  EXPECT_NE(plain, key(R"({"model":"m","a":"1","stream":true})"));
  EXPECT_EQ(plain, key(R"({"model":"m","a":"1","stream":false})"));
}

TEST(CacheKeys, StructureCannotBeImitatedByText) {
  EXPECT_NE(key(R"({"a":"b","c":"d"})"), key(R"({"a":"b\",\"c\":\"d"})"));
  EXPECT_NE(key(R"({"a":[["x"],"y"]})"), key(R"({"a":[["x","y"]]})"));
}

TEST(CacheKeys, IgnoredFieldsDoNotMatter) { EXPECT_EQ(key(R"({"model":"m","user":"a"})"), key(R"({"model":"m","user":"b"})")); }

TEST(CacheKeys, OnlyChosenHeadersMatter) {
  EXPECT_EQ(key("{}", {}, {{"x-team", "a"}}), key("{}", {}, {{"x-team", "b"}}));
  EXPECT_NE(key("{}", {"X-Team"}, {{"x-team", "a"}}), key("{}", {"X-Team"}, {{"x-team", "b"}}));
  EXPECT_NE(key("{}", {"X-Team"}, {{"x-team", "a"}}), key("{}", {"X-Team"}, {}));
}

TEST(CacheKeys, ProtocolOperationAndPathMatter) {
  Request generate = testing::chat_request("{}");
  Request embed = testing::embed_request("{}");
  Request gemini = testing::chat_request("{}");
  gemini.protocol = protocols::gemini;
  Request named = testing::chat_request("{}");
  named.set_model("m");
  const std::string plain = cache_key(generate, {}, {});
  EXPECT_NE(plain, cache_key(embed, {}, {}));
  EXPECT_NE(plain, cache_key(gemini, {}, {}));
  EXPECT_NE(plain, cache_key(named, {}, {}));
}

bool deterministic(std::string_view protocol, std::string body) {
  Request request = testing::chat_request(std::move(body));
  request.protocol = protocol;
  return is_deterministic(request);
}

TEST(Determinism, IsTemperatureZeroThatTheRequestSays) {
  EXPECT_TRUE(deterministic(protocols::openai_chat, R"({"temperature":0})"));
  EXPECT_TRUE(deterministic(protocols::anthropic_messages, R"({"temperature":0.0})"));
  EXPECT_TRUE(deterministic(protocols::openai_responses, R"({"temperature":0})"));
  EXPECT_TRUE(deterministic(protocols::gemini, R"({"generationConfig":{"temperature":0}})"));
  EXPECT_TRUE(deterministic("ollama-chat", R"({"options":{"temperature":0}})"));
  EXPECT_FALSE(deterministic(protocols::openai_chat, R"({"temperature":0.1})"));
  EXPECT_FALSE(deterministic(protocols::openai_chat, R"({"temperature":null})"));
  EXPECT_FALSE(deterministic(protocols::openai_chat, "{}"));
  EXPECT_FALSE(deterministic(protocols::gemini, R"({"temperature":0})"));
}

TEST(Determinism, EmbeddingsAlwaysAre) { EXPECT_TRUE(is_deterministic(testing::embed_request(R"({"input":"x"})"))); }

TEST(StatefulRequests, ReferToWhatTheProviderRemembers) {
  EXPECT_TRUE(is_stateful(testing::chat_request(R"({"previous_response_id":"resp_1"})")));
  EXPECT_TRUE(is_stateful(testing::chat_request(R"({"background":true})")));
  EXPECT_FALSE(is_stateful(testing::chat_request(R"({"previous_response_id":null,"background":false})")));
}

TEST(CacheControls, AreReadFromAllTheirLines) {
  const CacheControl control = cache_control({{"Cache-Control", "no-store , foo=1"}, {"cache-control", "MAX-AGE=60,only-if-cached"}});
  EXPECT_TRUE(control.no_store);
  EXPECT_FALSE(control.no_cache);
  EXPECT_TRUE(control.only_if_cached);
  EXPECT_EQ(control.max_age, std::chrono::seconds(60));
}

TEST(CacheControls, WhatIsNoNumberIsNoAge) {
  EXPECT_EQ(cache_control({{"cache-control", "max-age=soon, max-age="}}).max_age, std::nullopt);
}

}  // namespace
}  // namespace patchbay::exact_cache
