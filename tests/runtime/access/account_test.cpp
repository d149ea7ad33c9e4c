#include "access/account.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <map>
#include <numeric>
#include <thread>

namespace patchbay::access {
namespace {

/// Counters in memory, as any number of hosts may share them.
struct SharedCounters {
  std::mutex mutex;
  std::map<std::string, std::int64_t> used;
  std::map<const void*, std::int64_t> slots;  // of each host
  std::atomic<bool> away{false};

  std::int64_t of(const std::string& resource) {
    const std::lock_guard lock(mutex);
    std::int64_t sum = 0;
    for (const auto& [name, value] : used)
      if (name.find("/" + resource + "/") != std::string::npos) sum += value;
    return sum;
  }
  std::int64_t slots_taken() {
    const std::lock_guard lock(mutex);
    return sum_of_slots();
  }
  std::int64_t sum_of_slots() const {
    return std::accumulate(slots.begin(), slots.end(), std::int64_t{0},
                           [](std::int64_t sum, const auto& host) { return sum + host.second; });
  }
};

struct MemoryStore final : state::Store {
  explicit MemoryStore(SharedCounters& shared) : shared(shared) {
    if (shared.away) throw state::StoreError("away");
  }
  std::vector<state::Grant> charge(std::span<const state::Charge> charges) override {
    if (shared.away) throw state::StoreError("away");
    const std::lock_guard lock(shared.mutex);
    std::vector<state::Grant> grants;
    for (const state::Charge& charge : charges) {
      if (charge.kind == state::Charge::Kind::slots) {
        grants.push_back(charge_slots(charge));
        continue;
      }
      std::int64_t& used = shared.used[charge.counter];
      used = std::max<std::int64_t>(0, used + charge.must);
      const std::int64_t granted = state::lease(charge.limit - used, charge.want, charge.need);
      used += granted;
      grants.push_back({granted, used});
    }
    return grants;
  }
  state::Grant charge_slots(const state::Charge& charge) {
    std::int64_t& ours = shared.slots[this];
    ours = charge.must;
    const std::int64_t granted = std::clamp<std::int64_t>(charge.limit - shared.sum_of_slots(), 0, charge.want);
    ours += granted;
    return {granted, shared.sum_of_slots()};
  }
  std::vector<std::string> keys() override { return {}; }
  bool add_key(const std::string&, const std::string&) override { return false; }
  bool remove_key(const std::string&) override { return false; }
  std::int64_t keys_version() override { return 0; }
  SharedCounters& shared;
};

/// One host with an account.
struct Host {
  Host(SharedCounters& shared, const std::vector<Limit>& limits, bool open_on_failure = false)
      : state([&shared]() -> std::unique_ptr<state::Store> { return std::make_unique<MemoryStore>(shared); }, [] {}) {
    state.start(false);
    account = std::make_shared<Account>("team", &state, open_on_failure);
    account->set_limits(limits);
  }
  ~Host() { state.stop(); }

  Verdict admit(const Amounts& need, Reservation* reserved = nullptr) {
    std::promise<std::pair<Verdict, Reservation>> later;
    Reservation reservation;
    std::optional<Verdict> verdict = account->admit(need, reservation);
    if (!verdict) {
      account->wait(need, [&](const Verdict& decided, Reservation&& taken) { later.set_value({decided, std::move(taken)}); });
      auto [decided, taken] = later.get_future().get();
      verdict = decided;
      reservation = std::move(taken);
    }
    if (reserved != nullptr) *reserved = std::move(reservation);
    return *verdict;
  }
  /// What the state says once everything is told.
  void close() {
    std::promise<void> closed;
    state.run([&](state::Store*) {
      account->close();
      closed.set_value();
    });
    closed.get_future().wait();
    state.stop();
  }

  state::StateThread state;
  std::shared_ptr<Account> account;
};

Limit budget(std::int64_t amount) { return {Resource::tokens, Window::total, amount, true}; }

std::shared_ptr<Account> local(const std::vector<Limit>& limits) {
  auto account = std::make_shared<Account>("team", nullptr, false);
  account->set_limits(limits);
  return account;
}

Verdict admit(Account& account, const Amounts& need = {}) {
  Reservation reservation;
  return account.admit(need, reservation).value();
}

TEST(Account, WithoutLimitsEverythingIsAdmitted) { EXPECT_EQ(admit(*local({}), {1'000'000, 0}).denial, Denial::none); }

TEST(Account, HoldsRequestsAMinute) {
  const auto account = local({{Resource::requests, Window::minute, 2, false}});
  const Verdict first = admit(*account);
  ASSERT_EQ(first.denial, Denial::none);
  ASSERT_EQ(first.remainders.size(), 1u);
  EXPECT_EQ(first.remainders[0].remaining, 1);
  (void)admit(*account);
  const Verdict third = admit(*account);
  if (third.denial == Denial::none) GTEST_SKIP() << "a minute of the clock has just ended";
  EXPECT_EQ(third.denial, Denial::requests);
  ASSERT_TRUE(third.retry_after.has_value());
  EXPECT_GE(third.retry_after->count(), 1);
  EXPECT_LE(third.retry_after->count(), 60);
}

TEST(Account, HoldsConcurrency) {
  const auto account = local({{Resource::concurrency, Window::total, 1, false}});
  Reservation reservation;
  EXPECT_EQ(account->admit({}, reservation)->denial, Denial::none);
  EXPECT_EQ(admit(*account).denial, Denial::concurrency);
  account->settle(reservation, {});
  EXPECT_EQ(admit(*account).denial, Denial::none);
}

TEST(Account, AReservationThatWasTooLargeIsGivenBack) {
  const auto account = local({{Resource::tokens, Window::total, 100, false}});
  Reservation reservation;
  EXPECT_EQ(account->admit({90, 0}, reservation)->denial, Denial::none);
  EXPECT_EQ(admit(*account, {90, 0}).denial, Denial::budget);
  account->settle(reservation, {5, 0});
  EXPECT_EQ(admit(*account, {90, 0}).denial, Denial::none);
}

TEST(Account, WhatWasSpentBeyondAReservationIsMissed) {
  const auto account = local({{Resource::tokens, Window::total, 100, false}});
  Reservation reservation;
  (void)account->admit({10, 0}, reservation);
  account->settle(reservation, {95, 0});
  EXPECT_EQ(admit(*account, {10, 0}).denial, Denial::budget);
  EXPECT_EQ(account->remainders()[0].remaining, 5);
}

TEST(Account, ARequestThatNeedsMoreThanTheLimitNeverPasses) {
  const Verdict verdict = admit(*local({{Resource::tokens, Window::minute, 100, false}}), {101, 0});
  EXPECT_EQ(verdict.denial, Denial::tokens);
  EXPECT_TRUE(verdict.too_large);
  EXPECT_FALSE(verdict.retry_after.has_value());
}

TEST(Account, OtherLimitsKeepWhatWasUsed) {
  const auto account = local({{Resource::tokens, Window::total, 100, false}});
  (void)admit(*account, {80, 0});
  account->set_limits({{Resource::tokens, Window::total, 110, false}});
  EXPECT_EQ(account->remainders()[0].remaining, 30);
}

TEST(StoredAccount, SpendIsInTheStateBeforeTheRequestGoesOn) {
  SharedCounters shared;
  Host host(shared, {budget(1'000)});
  EXPECT_EQ(host.admit({100, 0}).denial, Denial::none);
  EXPECT_GE(shared.of("tokens"), 100);
}

TEST(StoredAccount, NothingIsLeasedThatNobodyAskedFor) {
  SharedCounters shared;
  Host host(shared, {budget(1'000)});
  host.account->tick();
  std::promise<void> refreshed;
  host.account->refresh([&] { refreshed.set_value(); });
  refreshed.get_future().wait();
  EXPECT_EQ(shared.of("tokens"), 0);
}

TEST(StoredAccount, APlainStopReturnsWhatWasNotSpent) {
  SharedCounters shared;
  Host host(shared, {budget(1'000)});
  Reservation reservation;
  (void)host.admit({100, 0}, &reservation);
  host.account->settle(reservation, {37, 0});
  host.close();
  EXPECT_EQ(shared.of("tokens"), 37);
}

TEST(StoredAccount, WhatWasSpentBeyondTheLeaseIsCharged) {
  SharedCounters shared;
  Host host(shared, {budget(1'000)});
  Reservation reservation;
  (void)host.admit({100, 0}, &reservation);
  host.account->settle(reservation, {1'500, 0});
  host.close();
  EXPECT_EQ(shared.of("tokens"), 1'500);
}

TEST(StoredAccount, ABudgetIsHeldByManyHostsTogether) {
  SharedCounters shared;
  Host one(shared, {budget(100)});
  Host other(shared, {budget(100)});
  int admitted = 0;
  for (int i = 0; i < 30; ++i) {
    admitted += one.admit({5, 0}).denial == Denial::none ? 1 : 0;
    admitted += other.admit({5, 0}).denial == Denial::none ? 1 : 0;
  }
  EXPECT_LE(admitted, 20);
  EXPECT_GE(admitted, 18) << "leases of the last bit may be held by one host";
  EXPECT_LE(shared.of("tokens"), 100);
}

TEST(StoredAccount, ManyThreadsTogetherGetWhatTheLimitHas) {
  SharedCounters shared;
  Host host(shared, {{Resource::requests, Window::total, 500, true}});
  std::atomic<int> admitted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) admitted += host.admit({}).denial == Denial::none ? 1 : 0;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(admitted, 500);
}

void until_taken(SharedCounters& shared, std::int64_t slots) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (shared.slots_taken() != slots && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  ASSERT_EQ(shared.slots_taken(), slots);
}

struct SharedSlots : ::testing::Test {
  SharedCounters shared;
  const std::vector<Limit> limits{{Resource::concurrency, Window::total, 2, true}};
  Host one{shared, limits};
  Host other{shared, limits};
  Reservation first, second;
};

TEST(StoredAccount, WhereThereAreManySlotsAFewAreKeptForTheNextRequestsButNotForLong) {
  SharedCounters shared;
  Host host(shared, {{Resource::concurrency, Window::total, 64, true}});
  Reservation reservation;
  (void)host.admit({}, &reservation);
  host.account->settle(reservation, {});
  until_taken(shared, 2);
  const std::uint64_t before = host.state.numbers().exchanges;
  for (int request = 0; request < 10; ++request) {
    EXPECT_EQ(host.account->admit({}, reservation)->denial, Denial::none);
    host.account->settle(reservation, {});
  }
  EXPECT_EQ(host.state.numbers().exchanges, before);
  host.account->tick();
  host.account->tick();
  until_taken(shared, 0);
}

TEST_F(SharedSlots, AreOneNumber) {
  EXPECT_EQ(one.admit({}).denial, Denial::none);
  EXPECT_EQ(other.admit({}).denial, Denial::none);
  EXPECT_EQ(one.admit({}).denial, Denial::concurrency);
  EXPECT_EQ(other.admit({}).denial, Denial::concurrency);
}

TEST_F(SharedSlots, ThatNobodyNeedsHereAreForOtherHostsAtOnce) {
  (void)one.admit({}, &first);
  (void)one.admit({}, &second);
  one.account->settle(first, {});
  one.account->settle(second, {});
  until_taken(shared, 0);
  EXPECT_EQ(other.admit({}).denial, Denial::none);
  EXPECT_EQ(other.admit({}).denial, Denial::none);
}

TEST_F(SharedSlots, ThatWereFullAreAskedForAgainOnceOneIsGivenBack) {
  (void)one.admit({}, &first);
  (void)one.admit({}, &second);
  EXPECT_EQ(one.admit({}).denial, Denial::concurrency);
  one.account->settle(first, {});
  EXPECT_EQ(one.admit({}).denial, Denial::none);
}

TEST(StoredAccount, ClosedMeansThatNothingPassesUncounted) {
  SharedCounters shared;
  Host host(shared, {budget(1'000)});
  shared.away = true;
  const Verdict verdict = host.admit({100, 0});
  EXPECT_EQ(verdict.denial, Denial::state);
  EXPECT_TRUE(verdict.retry_after.has_value());
}

TEST(StoredAccount, OpenMeansThatItIsCountedLater) {
  SharedCounters shared;
  Host host(shared, {budget(1'000)}, true);
  shared.away = true;
  Reservation reservation;
  EXPECT_EQ(host.admit({100, 0}, &reservation).denial, Denial::none);
  host.account->settle(reservation, {100, 0});
  shared.away = false;
  while (shared.of("tokens") == 0) {
    Reservation probe;
    if (host.admit({1, 0}, &probe).denial == Denial::none) host.account->settle(probe, {0, 0});
  }
  host.close();
  EXPECT_EQ(shared.of("tokens"), 100);
}

TEST(StoredAccount, AStreamReservesAsItGrows) {
  SharedCounters shared;
  Host host(shared, {budget(1'000)});
  Reservation reservation;
  (void)host.admit({100, 0}, &reservation);
  host.account->extend(reservation, {500, 0});
  EXPECT_EQ(reservation.amounts.tokens, 600);
  while (shared.of("tokens") < 600) std::this_thread::yield();
  host.account->settle(reservation, {600, 0});
  host.close();
  EXPECT_EQ(shared.of("tokens"), 600);
}

}  // namespace
}  // namespace patchbay::access
