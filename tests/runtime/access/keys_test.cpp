#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/admission.hpp"
#include "access/key_hash.hpp"
#include "access/key_record.hpp"
#include "access/refusals.hpp"
#include "access/virtual_key.hpp"
#include "config/access.hpp"

namespace patchbay::access {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

TEST(NewKey, IsRandomAndOfOneForm) {
  const std::string key = new_key();
  EXPECT_THAT(key, MatchesRegex("pb-[A-Za-z0-9_-]{43}"));
  EXPECT_NE(key, new_key());
}

TEST(KeyHash, IsWrittenAndReadBack) {
  const std::string text = to_text(hash_of("abc"));
  EXPECT_EQ(text, "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(parse_hash(text), hash_of("abc"));
}

config::KeySettings settings() {
  return {.name = "team",
          .key_hash = to_text(hash_of("k")),
          .expires = "2027-01-31",
          .routes = {"a"},
          .models = {"gpt-*"},
          .requests_per_minute = 60,
          .concurrency = 4,
          .budgets = {{.per = "day", .tokens = 1'000}, {.per = "month", .cost = 20.5}}};
}

TEST(KeyRecord, KeepsWhatAKeyHas) {
  const std::optional<config::KeySettings> read = parse_record(to_record(settings()));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(to_record(*read), to_record(settings()));
  EXPECT_EQ(read->budgets[1].cost, 20.5);
}

TEST(KeyRecord, WhatIsNoneIsNotRead) {
  EXPECT_EQ(parse_record("{"), std::nullopt);
  EXPECT_EQ(parse_record(R"({"name":"x","key_hash":"md5:1"})"), std::nullopt);
}

TEST(VirtualKey, MayNameAndTakeWhatItsListsSay) {
  const VirtualKey key = make_key(settings(), false);
  EXPECT_TRUE(key.may_name("gpt-5"));
  EXPECT_FALSE(key.may_name("claude"));
  EXPECT_TRUE(key.may_take("a"));
  EXPECT_FALSE(key.may_take("b"));
  EXPECT_TRUE(VirtualKey{}.may_name("anything"));
}

TEST(VirtualKey, EndsWithTheDayThatItNames) {
  const VirtualKey key = make_key(settings(), false);
  const WallTime midnight = std::chrono::sys_days(std::chrono::year(2027) / 2 / 1);
  EXPECT_FALSE(key.expired(midnight - std::chrono::seconds(1)));
  EXPECT_TRUE(key.expired(midnight));
}

TEST(VirtualKey, OnlyBudgetsAreStoredByOneHostAlone) {
  for (const Limit& limit : make_key(settings(), false).limits)
    EXPECT_EQ(limit.stored, limit.window != Window::minute && limit.resource != Resource::concurrency);
  for (const Limit& limit : make_key(settings(), true).limits) EXPECT_TRUE(limit.stored);
}

Request request(std::string body, Operation operation = Operation::generate) {
  Request request;
  request.operation = operation;
  request.body = Document(std::move(body));
  return request;
}

TEST(Estimate, OutputIsWhatTheRequestAllowsButNotMoreThanIsReserved) {
  EXPECT_EQ(estimate(request("{}"), 50, 1'024).output_tokens, 50u);
  EXPECT_EQ(estimate(request("{}"), 32'000, 1'024).output_tokens, 1'024u);
  EXPECT_EQ(estimate(request("{}"), std::nullopt, 1'024).output_tokens, 1'024u);
}

TEST(Estimate, OnlyGeneratingHasOutput) {
  EXPECT_EQ(estimate(request(std::string(400, ' '), Operation::embed), 50, 1'024).input_tokens, 100u);
  EXPECT_EQ(estimate(request(std::string(400, ' '), Operation::embed), 50, 1'024).output_tokens, 0u);
  EXPECT_EQ(estimate(request(std::string(400, ' '), Operation::count_tokens), 50, 1'024).input_tokens, 0u);
}

Verdict verdict() {
  Verdict verdict;
  verdict.denial = Denial::requests;
  verdict.limit = {Resource::requests, Window::minute, 60, false};
  verdict.retry_after = std::chrono::seconds(17);
  verdict.at = std::chrono::sys_days(std::chrono::year(2026) / 11 / 28) - std::chrono::seconds(17);
  verdict.remainders = {{verdict.limit, 0, 60, std::chrono::sys_days(std::chrono::year(2026) / 11 / 28)}};
  return verdict;
}

TEST(Refusal, SaysWhatMayBeUsedAndWhenToTryAgain) {
  const Error error = explain(verdict(), "team");
  EXPECT_EQ(error.http_status(), 429);
  EXPECT_EQ(error.code, "rate_limit_exceeded");
  EXPECT_EQ(error.message, "key 'team' may use 60 requests per minute; try again in 17 s");
}

TEST(Refusal, ASpentBudgetIsAQuota) {
  Verdict spent = verdict();
  spent.denial = Denial::budget;
  spent.limit = {Resource::cost, Window::total, to_money(5), true};
  spent.retry_after.reset();
  EXPECT_EQ(explain(spent, "team").code, "insufficient_quota");
  EXPECT_THAT(explain(spent, "team").message, HasSubstr("a cost of 5.00 in all"));
  EXPECT_THAT(limit_lines(spent, "openai-chat"), HasSubstr("x-should-retry: false\r\n"));
}

TEST(LimitLines, AreThoseThatAProtocolsClientsRead) {
  EXPECT_EQ(limit_lines(verdict(), "openai-chat"),
            "x-ratelimit-limit-requests: 60\r\nx-ratelimit-remaining-requests: 0\r\nx-ratelimit-reset-requests: 17s\r\n");
  EXPECT_EQ(limit_lines(verdict(), "anthropic-messages"),
            "anthropic-ratelimit-requests-limit: 60\r\nanthropic-ratelimit-requests-remaining: 0\r\n"
            "anthropic-ratelimit-requests-reset: 2026-11-28T00:00:00Z\r\n");
}

TEST(Expiry, IsADayOrAMoment) {
  EXPECT_EQ(config::parse_expiry("1970-01-01"), 86'400);
  EXPECT_EQ(config::parse_expiry("1970-01-01T00:01:02Z"), 62);
  for (const char* const text : {"", "tomorrow", "2027-13-01", "2027-02-30", "2027-01-01T25:00:00Z", "2027-01-01T10:00:00+02:00"})
    EXPECT_EQ(config::parse_expiry(text), std::nullopt) << text;
}

}  // namespace
}  // namespace patchbay::access
