#include "pipeline/chain_probe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "patchbay/probed.hpp"

namespace patchbay::pipeline {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Posts to a host with its key.
struct Caller : Provider {
  std::string_view protocol() const override { return protocols::openai_chat; }
  std::span<const Credential> credentials() const override { return keys; }
  Exchange describe(Request& request, const Credential& key) const override {
    HttpCall call;
    call.url = "https://API.example.com/v1/chat";
    call.headers = {{"content-type", "application/json"}, {"authorization", key.secret}};
    call.body = request.body.take_text();
    return call;
  }
  Error explain(int, const Headers&, std::string_view) const override { return {}; }
  EventRole role(std::string_view, std::string_view) const override { return EventRole::content; }

  std::vector<Credential> keys{{"a", "secret-a"}, {"b", "secret-b"}};
};

/// Knows better than to be asked for an answer.
struct KnowsAProbe final : Caller, Probed {
  std::optional<HttpCall> probe(const Credential& key) const override {
    if (key.id == "b") throw std::runtime_error("not with that key");
    return HttpCall{.method = "GET", .url = "https://api.example.com/models", .headers = {{"authorization", key.secret}}};
  }
};

struct AnswersByItself final : Caller {
  Exchange describe(Request&, const Credential&) const override { return LocalAnswer{}; }
};

struct ChainProbeTest : ::testing::Test {
  ChainProbeTest() { settings.interval = std::chrono::seconds(10); }
  std::optional<ChainProbe> plan(const Provider& provider) { return plan_probe(settings, provider, objection); }

  config::ProbeSettings settings;
  std::string objection;
};

TEST_F(ChainProbeTest, WithoutAnIntervalTheProviderIsNotAsked) {
  settings.interval = std::chrono::milliseconds(0);
  EXPECT_FALSE(plan(AnswersByItself()));
  EXPECT_THAT(objection, IsEmpty());
}

TEST_F(ChainProbeTest, AProviderThatKnowsNoneIsConnectedTo) {
  const std::optional<ChainProbe> probe = plan(Caller());
  ASSERT_TRUE(probe);
  EXPECT_EQ(probe->origin, "https://api.example.com:443");
  EXPECT_THAT(probe->calls, IsEmpty());
}

TEST_F(ChainProbeTest, AProvidersOwnProbeIsMadeWithEachOfItsKeys) {
  KnowsAProbe provider;
  provider.keys.pop_back();
  const std::optional<ChainProbe> probe = plan(provider);
  ASSERT_TRUE(probe);
  ASSERT_THAT(probe->calls, SizeIs(1));
  EXPECT_EQ(probe->calls[0].url, "https://api.example.com/models");
  EXPECT_TRUE(probe->with_keys);
}

TEST_F(ChainProbeTest, AGetGoesToTheProvidersHostWithWhatARequestShows) {
  settings.kind = "get";
  settings.path = "/health?deep=1";
  const std::optional<ChainProbe> probe = plan(Caller());
  ASSERT_TRUE(probe);
  ASSERT_THAT(probe->calls, SizeIs(2));
  EXPECT_EQ(probe->calls[1].method + " " + probe->calls[1].url, "GET https://api.example.com:443/health?deep=1");
  EXPECT_EQ(probe->calls[1].headers.find("authorization"), "secret-b");
  EXPECT_FALSE(probe->calls[1].headers.contains("content-type"));
  EXPECT_THAT(probe->calls[1].body, IsEmpty());
}

TEST_F(ChainProbeTest, ConnectIsEnoughIfTheConfigurationSaysSo) {
  settings.kind = "connect";
  KnowsAProbe provider;
  provider.keys.pop_back();
  EXPECT_THAT(plan(provider)->calls, IsEmpty());
}

TEST_F(ChainProbeTest, WhatIsAnsweredInProcessIsNotProbed) {
  EXPECT_FALSE(plan(AnswersByItself()));
  EXPECT_EQ(objection, "it answers in-process");
}

TEST_F(ChainProbeTest, AProviderThatThrowsIsNotProbedAndTheReasonIsKept) {
  EXPECT_FALSE(plan(KnowsAProbe()));
  EXPECT_THAT(objection, HasSubstr("not with that key"));
}

}  // namespace
}  // namespace patchbay::pipeline
