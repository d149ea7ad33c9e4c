#include "pipeline/condition.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace patchbay::pipeline {
namespace {

config::Condition condition(std::string field, std::string op, boost::json::value value = nullptr) {
  config::Condition condition;
  condition.field = std::move(field);
  condition.op = std::move(op);
  condition.value = std::move(value);
  return condition;
}

bool holds(const config::Condition& wanted) {
  Request request;
  request.protocol = "openai-chat";
  request.headers.add("X-Team", "Blue");
  request.body = Document(std::string(R"({"model":"glm-4","stream":true,"n":3,"stop":["a","b"],"messages":[{"content":"Hello World"}]})"));
  const RequestFacts facts(request);
  return CompiledCondition(wanted).holds(facts);
}

TEST(Condition, EqualsComparesValues) {
  EXPECT_TRUE(holds(condition("model", "equals", "glm-4")));
  EXPECT_FALSE(holds(condition("model", "equals", "GLM-4")));
  EXPECT_TRUE(holds(condition("stream", "equals", true)));
  EXPECT_TRUE(holds(condition("body.n", "equals", 3.0)));
}

TEST(Condition, CaseMayBeIgnored) {
  config::Condition relaxed = condition("header.x-team", "equals", "BLUE");
  relaxed.case_sensitive = false;
  EXPECT_TRUE(holds(relaxed));
}

TEST(Condition, ContainsLooksIntoTextArraysAndObjects) {
  EXPECT_TRUE(holds(condition("body.messages.0.content", "contains", "World")));
  EXPECT_TRUE(holds(condition("body.stop", "contains", "b")));
  EXPECT_TRUE(holds(condition("body.messages.0", "contains", "content")));
  EXPECT_FALSE(holds(condition("body.stop", "contains", "c")));
}

TEST(Condition, MatchesSearchesWithAnExpression) {
  EXPECT_TRUE(holds(condition("model", "matches", "^glm-\\d$")));
  EXPECT_FALSE(holds(condition("model", "matches", "^gpt")));
}

TEST(Condition, ExistsAsksForPresenceOrAbsence) {
  EXPECT_TRUE(holds(condition("body.n", "exists")));
  EXPECT_TRUE(holds(condition("body.seed", "exists", false)));
  EXPECT_FALSE(holds(condition("header.x-other", "exists", true)));
}

TEST(Condition, GtAndLtCompareNumbersAndFailOnAnythingElse) {
  EXPECT_TRUE(holds(condition("body.n", "gt", 2)));
  EXPECT_FALSE(holds(condition("body.n", "lt", 3)));
  EXPECT_TRUE(holds(condition("estimated_tokens", "lt", 1000)));
  EXPECT_FALSE(holds(condition("model", "gt", 1)));
}

TEST(Condition, WhatCannotWorkIsRefused) {
  EXPECT_THROW(CompiledCondition(condition("modle", "exists")), std::invalid_argument);
  EXPECT_THROW(CompiledCondition(condition("model", "is", "x")), std::invalid_argument);
  EXPECT_THROW(CompiledCondition(condition("model", "matches", "(")), std::invalid_argument);
  EXPECT_THROW(CompiledCondition(condition("body.n", "gt", "3")), std::invalid_argument);
  EXPECT_THROW(CompiledCondition(condition("header.", "exists")), std::invalid_argument);
}

}  // namespace
}  // namespace patchbay::pipeline
