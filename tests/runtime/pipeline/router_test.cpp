#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/hybrid_router.hpp"

namespace patchbay::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Capability everything{{"openai-chat", "anthropic-messages"}, {Operation::generate, Operation::embed}};

config::Route route(std::string id, config::Pattern pattern = {}) {
  config::Route route;
  route.id = std::move(id);
  route.pattern = std::move(pattern);
  return route;
}

config::Pattern model(std::string expression) {
  config::Pattern pattern;
  pattern.model = std::move(expression);
  return pattern;
}

Request chat(std::string body) {
  Request request;
  request.protocol = "openai-chat";
  request.body = Document(std::move(body));
  return request;
}

std::optional<std::size_t> match(const HybridRouter& router, Request request) { return router.match(RequestFacts(request)); }

/// Whether a router whose only route has that pattern takes the request.
bool takes(config::Pattern pattern, Request request) {
  HybridRouter router;
  router.add(route("r", std::move(pattern)), everything);
  const bool taken = match(router, std::move(request)).has_value();
  return taken;
}

TEST(HybridRouter, WithoutRoutesMatchesNothing) { EXPECT_EQ(match(HybridRouter(), chat("{}")), std::nullopt); }

TEST(HybridRouter, TheFirstRankThatMatchesWins) {
  HybridRouter router;
  router.add(route("glm", model("^glm-")), everything);
  router.add(route("any"), everything);
  router.add(route("glm-4", model("^glm-4$")), everything);

  EXPECT_EQ(match(router, chat(R"({"model":"glm-4"})")), 0u);
  EXPECT_EQ(match(router, chat(R"({"model":"gpt-4"})")), 1u);
}

TEST(HybridRouter, ModelPatternsOfEveryFormAreSearched) {
  EXPECT_TRUE(takes(model("^gpt-4o$"), chat(R"({"model":"gpt-4o"})")));
  EXPECT_FALSE(takes(model("^gpt-4o$"), chat(R"({"model":"gpt-4o-mini"})")));
  EXPECT_TRUE(takes(model("^gpt-4\\.1"), chat(R"({"model":"gpt-4.1-nano"})")));
  EXPECT_FALSE(takes(model("^gpt-4\\.1"), chat(R"({"model":"gpt-451"})")));
  EXPECT_TRUE(takes(model("^glm-.*"), chat(R"({"model":"glm-5"})")));
  EXPECT_TRUE(takes(model("sonnet|opus"), chat(R"({"model":"claude-opus-4"})")));
  EXPECT_TRUE(takes(model("(?i)^GPT"), chat(R"({"model":"gpt-4"})")));
  EXPECT_FALSE(takes(model("^gpt"), chat("{}")));
}

TEST(HybridRouter, AnExpressionThatDoesNotCompileIsRefusedWithItsReason) {
  HybridRouter router;
  try {
    router.add(route("r", model("(unclosed")), everything);
    FAIL() << "accepted";
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), HasSubstr("'(unclosed' does not compile"));
  }
}

TEST(HybridRouter, StreamIsReadFromTheBody) {
  config::Pattern pattern;
  pattern.stream = true;
  EXPECT_TRUE(takes(pattern, chat(R"({"stream":true})")));
  EXPECT_FALSE(takes(pattern, chat(R"({"stream":false})")));
  EXPECT_FALSE(takes(pattern, chat("{}")));
}

TEST(HybridRouter, HasToolsMeansAtLeastOneTool) {
  config::Pattern pattern;
  pattern.has_tools = true;
  EXPECT_TRUE(takes(pattern, chat(R"({"tools":[{"type":"function"}]})")));
  EXPECT_FALSE(takes(pattern, chat(R"({"tools":[]})")));
}

TEST(HybridRouter, HasImagesLooksIntoTheConversation) {
  config::Pattern pattern;
  pattern.has_images = true;
  EXPECT_TRUE(takes(pattern, chat(R"({"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]})")));
  EXPECT_FALSE(takes(pattern, chat(R"({"messages":[{"role":"user","content":"what is \"image_url\"?"}]})")));
}

TEST(HybridRouter, ThinkingIsAskedForInSeveralWays) {
  config::Pattern pattern;
  pattern.thinking = true;
  EXPECT_TRUE(takes(pattern, chat(R"({"reasoning_effort":"high"})")));
  EXPECT_TRUE(takes(pattern, chat(R"({"thinking":{"type":"enabled","budget_tokens":1000}})")));
  EXPECT_FALSE(takes(pattern, chat(R"({"thinking":{"type":"disabled"}})")));
  EXPECT_FALSE(takes(pattern, chat(R"({"reasoning_effort":"none"})")));
}

TEST(HybridRouter, TokenBoundsUseTheEstimate) {
  config::Pattern large;
  large.min_tokens = 100;
  config::Pattern small;
  small.max_tokens = 100;
  const std::string body = "{\"text\":\"" + std::string(1000, 'x') + "\"}";
  EXPECT_TRUE(takes(large, chat(body)));
  EXPECT_FALSE(takes(small, chat(body)));
  EXPECT_TRUE(takes(small, chat("{}")));
}

TEST(HybridRouter, HeadersMatchByExpressionAndWithoutRegardToCase) {
  config::Pattern pattern;
  pattern.headers["X-Team"] = "^blue$";
  Request blue = chat("{}");
  blue.headers.add("x-team", "blue");
  Request red = chat("{}");
  red.headers.add("x-team", "red");
  EXPECT_TRUE(takes(pattern, std::move(blue)));
  EXPECT_FALSE(takes(pattern, std::move(red)));
  EXPECT_FALSE(takes(pattern, chat("{}")));
}

TEST(HybridRouter, CustomFieldsAreBodyPaths) {
  config::Pattern pattern;
  pattern.custom["metadata.tier"] = "gold";
  EXPECT_TRUE(takes(pattern, chat(R"({"metadata":{"tier":"gold"}})")));
  EXPECT_FALSE(takes(pattern, chat(R"({"metadata":{"tier":"tin"}})")));
  EXPECT_FALSE(takes(pattern, chat("{}")));
}

TEST(HybridRouter, ProtocolAndOperationMustBeWithinPatternAndCapability) {
  config::Pattern pattern;
  pattern.protocols = {"anthropic-messages"};
  EXPECT_FALSE(takes(pattern, chat("{}")));

  HybridRouter router;
  router.add(route("r"), {{"openai-chat"}, {Operation::generate}});
  Request embeddings = chat("{}");
  embeddings.operation = Operation::embed;
  EXPECT_EQ(match(router, std::move(embeddings)), std::nullopt);
  EXPECT_EQ(match(router, chat("{}")), 0u);
}

TEST(HybridRouter, ADisabledRouteIsPassedOver) {
  config::Route disabled = route("r");
  disabled.enabled = false;
  HybridRouter router;
  router.add(disabled, everything);
  EXPECT_EQ(match(router, chat("{}")), std::nullopt);
}

config::Pattern with_tools(config::Pattern pattern) {
  pattern.has_tools = true;
  return pattern;
}

TEST(OpenTo, TheRoutesWhoseModelPatternItMeets) {
  HybridRouter router;
  router.add(route("gpt", with_tools(model("^gpt-"))), everything);
  router.add(route("glm", with_tools(model("^glm-"))), everything);
  router.add(route("any", with_tools({})), everything);
  EXPECT_THAT(router.open_to("glm-5"), ElementsAre(1u, 2u));
}

TEST(OpenTo, ARouteThatTakesEveryRequestLeavesNoneToThoseAfterIt) {
  HybridRouter router;
  router.add(route("glm with tools", with_tools(model("^glm-"))), everything);
  router.add(route("glm", model("^glm-")), everything);
  router.add(route("any"), everything);
  EXPECT_THAT(router.open_to("glm-5"), ElementsAre(0u, 1u));
}

TEST(OpenTo, WhatARouteCannotCarryComesToTheNext) {
  HybridRouter router;
  router.add(route("chat"), {{"openai-chat"}, {Operation::generate, Operation::embed}});
  router.add(route("chat again"), {{"openai-chat"}, {Operation::generate}});
  router.add(route("messages"), everything);
  EXPECT_THAT(router.open_to("m"), ElementsAre(0u, 2u));
}

TEST(OpenTo, WhatAPatternDoesNotWantComesToTheNext) {
  config::Pattern embeddings;
  embeddings.operations = {"embed"};
  HybridRouter router;
  router.add(route("embeddings", embeddings), everything);
  router.add(route("any"), everything);
  EXPECT_THAT(router.open_to("m"), ElementsAre(0u, 1u));
}

TEST(OpenTo, ADisabledRouteTakesNothing) {
  config::Route disabled = route("r");
  disabled.enabled = false;
  HybridRouter router;
  router.add(disabled, everything);
  router.add(route("any"), everything);
  EXPECT_THAT(router.open_to("m"), ElementsAre(1u));
}

TEST(HybridRouter, SaysWhyARouteDoesNotMatch) {
  HybridRouter router;
  router.add(route("r", model("^glm-")), everything);
  config::Pattern pattern;
  pattern.has_tools = true;
  router.add(route("s", pattern), everything);
  Request request = chat(R"({"model":"gpt-4"})");
  const RequestFacts facts(request);

  EXPECT_EQ(router.why_not(0, facts), "the model 'gpt-4' does not match '^glm-'");
  EXPECT_EQ(router.why_not(1, facts), "pattern.has_tools wants true");
}

}  // namespace
}  // namespace patchbay::pipeline
