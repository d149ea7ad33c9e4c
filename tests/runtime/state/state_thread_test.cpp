#include "state/state_thread.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

namespace patchbay::state {
namespace {

using ::testing::ElementsAre;

/// What the stores of a test have in common: a store is made anew after a failure.
struct Disk {
  std::atomic<bool> broken{false};
  std::atomic<int> opened{0};
  std::int64_t used = 0;
  std::vector<std::size_t> batches;
};

struct FakeStore final : Store {
  explicit FakeStore(Disk& disk) : disk(disk) {
    if (disk.broken) throw StoreError("broken");
    ++disk.opened;
  }
  std::vector<Grant> charge(std::span<const Charge> charges) override {
    if (disk.broken) throw StoreError("broken");
    disk.batches.push_back(charges.size());
    std::vector<Grant> grants;
    for (const Charge& charge : charges) {
      disk.used += charge.must + charge.want;
      grants.push_back({charge.want, disk.used});
    }
    return grants;
  }
  std::vector<std::string> keys() override { return {}; }
  bool add_key(const std::string&, const std::string&) override { return true; }
  bool remove_key(const std::string&) override { return true; }
  std::int64_t keys_version() override { return 0; }
  Disk& disk;
};

struct StateThreadTest : ::testing::Test {
  Charge charge(std::int64_t must) {
    Charge charge;
    charge.must = must;
    return charge;
  }
  /// The counter after a charge; nothing if the state was away.
  std::optional<std::int64_t> used_after(std::int64_t must) {
    std::promise<std::optional<std::int64_t>> used;
    thread.charge({charge(must)}, [&](const auto& grants) { used.set_value(grants ? std::optional(grants->front().used) : std::nullopt); });
    return used.get_future().get();
  }

  Disk disk;
  std::atomic<int> ticks{0};
  StateThread thread{[this]() -> std::unique_ptr<Store> { return std::make_unique<FakeStore>(disk); }, [this] { ++ticks; }};
};

TEST_F(StateThreadTest, ChargesAndSaysWhatCameOfIt) {
  thread.start(true);
  EXPECT_EQ(used_after(5), 5);
  EXPECT_EQ(used_after(7), 12);
}

TEST_F(StateThreadTest, WhatWaitsGoesInOneBatch) {
  std::promise<void> begin;
  std::promise<void> busy;
  thread.start(true);
  thread.run([&](Store*) {
    busy.set_value();
    begin.get_future().wait();
  });
  busy.get_future().wait();
  for (int i = 0; i < 5; ++i) thread.charge({charge(1)}, [](const auto&) {});
  begin.set_value();
  EXPECT_EQ(used_after(1), 6);
  ASSERT_FALSE(disk.batches.empty());
  EXPECT_GE(disk.batches.front(), 5u);
}

TEST_F(StateThreadTest, AStoreThatCannotBeOpenedIsSaidAtOnce) {
  disk.broken = true;
  EXPECT_THROW(thread.start(true), StoreError);
}

TEST_F(StateThreadTest, AStoreThatIsAwayFailsWhatIsAskedAndComesBack) {
  disk.broken = true;
  thread.start(false);
  EXPECT_EQ(used_after(5), std::nullopt);
  EXPECT_TRUE(thread.numbers().away);
  disk.broken = false;
  std::optional<std::int64_t> used;
  while (!used) used = used_after(5);
  EXPECT_EQ(used, 5);
  EXPECT_FALSE(thread.numbers().away);
  EXPECT_GE(thread.numbers().failures, 1u);
}

TEST_F(StateThreadTest, AFailureOpensTheStoreAnew) {
  thread.start(true);
  disk.broken = true;
  EXPECT_EQ(used_after(1), std::nullopt);
  disk.broken = false;
  while (!used_after(1)) {
  }
  EXPECT_EQ(disk.opened, 2);
}

TEST_F(StateThreadTest, AJobIsToldThatTheStoreIsAway) {
  disk.broken = true;
  thread.start(false);
  std::promise<bool> there;
  thread.run([&](Store* store) { there.set_value(store != nullptr); });
  EXPECT_FALSE(there.get_future().get());
}

TEST_F(StateThreadTest, StoppingWorksOffWhatIsThereAndWhatComesOfIt) {
  thread.start(true);
  thread.run([&](Store*) { thread.charge({charge(4)}, [](const auto&) {}); });
  thread.stop();
  EXPECT_EQ(disk.used, 4);
}

}  // namespace
}  // namespace patchbay::state
