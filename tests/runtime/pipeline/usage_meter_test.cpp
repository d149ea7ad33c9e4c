#include "pipeline/usage_meter.hpp"

#include <gtest/gtest.h>

#include <string>

namespace patchbay::pipeline {
namespace {

struct UsageMeterTest : ::testing::Test {
  UsageMeterTest() { meter.calling(400); }
  UsageMeter meter;
};

TEST_F(UsageMeterTest, WhatTheProviderSaysCounts) {
  meter.whole(10'000);
  meter.reported({.input_tokens = 7, .output_tokens = 5});
  const UsageMeter::Sum sum = meter.sum(Ending::complete);
  EXPECT_EQ(sum.usage, (Usage{.input_tokens = 7, .output_tokens = 5}));
  EXPECT_FALSE(sum.estimated);
}

TEST_F(UsageMeterTest, AStreamThatWasCutOffIsEstimated) {
  meter.reported({.input_tokens = 9, .output_tokens = 1});
  for (const std::size_t bytes : {100u, 120u, 108u}) meter.event("", bytes);
  const UsageMeter::Sum sum = meter.sum(Ending::abandoned);
  EXPECT_EQ(sum.usage, (Usage{.input_tokens = 9, .output_tokens = 3 + 28 / 4}));
  EXPECT_TRUE(sum.estimated);
}

TEST_F(UsageMeterTest, EachNameHasItsOwnFrame) {
  for (int round = 0; round < 10; ++round) meter.event("text", 90);
  meter.event("note", 16);
  EXPECT_EQ(meter.output_tokens(), 11u);
}

TEST_F(UsageMeterTest, AnEmptyEventAtTheEndSaysNothingOfThoseBefore) {
  for (int round = 0; round < 100; ++round) meter.event("", 180);
  meter.event("", 150);
  EXPECT_EQ(meter.sum(Ending::complete).usage.output_tokens, 101u);
}

TEST_F(UsageMeterTest, AnEmptyEventAfterOneThatSaysEverythingIsItsFrame) {
  meter.event("", 4'150);
  meter.event("", 150);
  EXPECT_EQ(meter.sum(Ending::complete).usage.output_tokens, 2u + 1'000u);
}

TEST_F(UsageMeterTest, WhereThereAreDeltasOnlyTheyAreText) {
  meter.event("message_start", 300);
  meter.event("ping", 16);
  for (int round = 0; round < 10; ++round) meter.event("content_block_delta", 90);
  meter.event("text.done", 40);
  meter.event("text.done", 4'000);
  EXPECT_EQ(meter.output_tokens(), 10u);
}

TEST_F(UsageMeterTest, EventsOfNamesWithoutEndAreCountedAllTheSame) {
  for (int number = 0; number < 1'000; ++number) meter.event("event-" + std::to_string(number), 90);
  EXPECT_EQ(meter.output_tokens(), 1'000u);
}

TEST_F(UsageMeterTest, NoEstimateIsLongerThanTheRequestAllows) {
  meter.allow(5);
  for (int round = 0; round < 10; ++round) meter.event("", 90);
  EXPECT_EQ(meter.sum(Ending::abandoned).usage.output_tokens, 5u);
}

TEST_F(UsageMeterTest, WhatWasReportedIsNeverReduced) {
  meter.event("", 100);
  meter.reported({.input_tokens = 9, .output_tokens = 50});
  EXPECT_EQ(meter.sum(Ending::failed).usage.output_tokens, 50u);
}

TEST_F(UsageMeterTest, AProviderThatNeverSaysIsEstimated) {
  meter.whole(80);
  EXPECT_EQ(meter.sum(Ending::complete).usage, (Usage{.input_tokens = 100, .output_tokens = 20}));
}

TEST_F(UsageMeterTest, ARefusalCostsNothing) { EXPECT_EQ(meter.sum(Ending::failed).usage, Usage{}); }

TEST_F(UsageMeterTest, AClientThatLeavesWhileTheProviderThinksHasUsedItsPrompt) {
  EXPECT_EQ(meter.sum(Ending::abandoned).usage, (Usage{.input_tokens = 100}));
}

TEST(UsageMeter, WithoutACallNothingWasUsed) {
  UsageMeter meter;
  meter.whole(4'000);
  EXPECT_EQ(meter.sum(Ending::complete).usage, Usage{});
}

}  // namespace
}  // namespace patchbay::pipeline
