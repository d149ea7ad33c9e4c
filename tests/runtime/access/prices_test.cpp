#include "access/prices.hpp"

#include <gtest/gtest.h>

namespace patchbay::access {
namespace {

const Prices prices({{.model = "gpt-5-mini", .input = 0.25, .output = 2},
                     {.model = "gpt-5*", .input = 1.25, .output = 10, .cached_input = 0.125},
                     {.model = "claude-*", .input = 3, .output = 15, .cached_input = 0.3, .cache_write = 3.75}});

Money cost(std::string_view model, const Usage& usage) { return prices.of(model)->cost(usage); }

TEST(Prices, AreByTheToken) {
  EXPECT_EQ(to_text(cost("gpt-5", {.input_tokens = 1'000'000, .output_tokens = 1'000'000})), "11.25");
  EXPECT_EQ(to_text(cost("gpt-5", {.output_tokens = 1})), "0.00001");
}

TEST(Prices, TheFirstEntryThatFitsCounts) { EXPECT_EQ(to_text(cost("gpt-5-mini", {.output_tokens = 1'000'000})), "2.00"); }

TEST(Prices, WhatTheCacheHadHasAPriceOfItsOwn) {
  const Usage usage{.input_tokens = 1'000'000, .cached_input_tokens = 600'000, .cache_write_tokens = 100'000};
  EXPECT_EQ(to_text(cost("claude-opus", usage)), "1.455");
}

TEST(Prices, WithoutOneItCostsAsOtherInput) {
  EXPECT_EQ(cost("gpt-5", {.input_tokens = 1'000, .cache_write_tokens = 1'000}), cost("gpt-5", {.input_tokens = 1'000}));
}

TEST(Prices, AModelMayHaveNone) {
  EXPECT_EQ(prices.of("llama"), nullptr);
  EXPECT_NE(prices.of("gpt-5.1"), nullptr);
}

TEST(Prices, AreOfTheModelThatAnsweredIfItHasOne) {
  EXPECT_EQ(prices.of("claude-opus", "gpt-5"), prices.of("claude-opus"));
  EXPECT_EQ(prices.of("llama", "gpt-5"), prices.of("gpt-5"));
}

TEST(Money, IsWrittenWithTheDigitsThatItHas) {
  EXPECT_EQ(to_text(to_money(20)), "20.00");
  EXPECT_EQ(to_text(to_money(0.5)), "0.50");
  EXPECT_EQ(to_text(to_money(-1.234567891)), "-1.234567891");
}

TEST(Pattern, IsANameOrItsBeginning) {
  EXPECT_TRUE(fits("gpt-5", "gpt-5"));
  EXPECT_FALSE(fits("gpt-5", "gpt-5-mini"));
  EXPECT_TRUE(fits("gpt-5*", "gpt-5-mini"));
  EXPECT_TRUE(fits("*", ""));
}

}  // namespace
}  // namespace patchbay::access
