#include "hooks/hook_bus.hpp"

#include <gmock/gmock.h>

#include <condition_variable>
#include <future>

#include "hooks/built_in_hook.hpp"

namespace patchbay::hooks {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

/// Writes down what it is told; the test waits for it.
struct Recorder : Hook {
  void on(const HookEvent& event) const override {
    if (throws) throw std::runtime_error("no");
    if (hold.valid()) hold.wait();
    const std::lock_guard lock(mutex);
    const boost::json::value* const id = event.data.if_contains("id");
    seen.push_back(std::string(event.name) + (id != nullptr ? ":" + std::string(id->get_string()) : ""));
    changed.notify_all();
  }
  std::vector<std::string> wait_for(std::size_t count) const {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, 20s, [&] { return seen.size() >= count; });
    return seen;
  }
  bool throws = false;
  std::shared_future<void> hold;
  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  mutable std::vector<std::string> seen;
};

std::uint64_t bits(const std::vector<std::string>& patterns) {
  return points_of(patterns, [](std::string_view) { return true; });
}

boost::json::object with_id(const char* id) { return {{"id", id}}; }

struct Bus : ::testing::Test {
  std::shared_ptr<Recorder> recorder = std::make_shared<Recorder>();
  HookBus bus;
};

TEST_F(Bus, TellsASubscriberInOrder) {
  bus.subscribe({{"a", bits({"*"}), recorder}});
  bus.emit(Point::request_received, [] { return with_id("1"); });
  bus.emit(Point::request_completed, [] { return with_id("1"); });
  EXPECT_THAT(recorder->wait_for(2), ElementsAre("request.received:1", "request.completed:1"));
}

TEST_F(Bus, TellsOnlyWhatIsWanted) {
  bus.subscribe({{"a", bits({"request.completed", "plugin.*"}), recorder}});
  EXPECT_FALSE(bus.wanted(Point::request_received));
  bus.emit(Point::request_received, [] { return with_id("1"); });
  bus.emit(Point::plugin_removed, [] { return with_id("2"); });
  bus.emit(Point::request_completed, [] { return with_id("3"); });
  EXPECT_THAT(recorder->wait_for(2), ElementsAre("plugin.removed:2", "request.completed:3"));
}

TEST_F(Bus, MakesNothingWhenNobodyWantsToKnow) {
  bool made = false;
  bus.emit(Point::request_completed, [&] {
    made = true;
    return boost::json::object{};
  });
  EXPECT_FALSE(made);
  EXPECT_FALSE(bus.wanted_of_requests());
}

TEST_F(Bus, AHookThatThrowsIsCountedAndTheNextEventComes) {
  recorder->throws = true;
  const auto other = std::make_shared<Recorder>();
  bus.subscribe({{"bad", bits({"*"}), recorder}, {"good", bits({"*"}), other}});
  bus.emit(Point::host_started, [] { return with_id("1"); });
  bus.emit(Point::host_stopping, [] { return with_id("2"); });
  EXPECT_THAT(other->wait_for(2), ElementsAre("host.started:1", "host.stopping:2"));
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (bus.counters()[0].failed < 2 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_EQ(bus.counters()[0].failed, 2u);
}

TEST_F(Bus, ASlowHookMissesEventsAndHoldsUpNobody) {
  std::promise<void> release;
  recorder->hold = release.get_future().share();
  const auto other = std::make_shared<Recorder>();
  bus.subscribe({{"slow", bits({"*"}), recorder}, {"quick", bits({"*"}), other}});
  constexpr std::size_t many = 5'000;
  for (std::size_t i = 0; i < many; ++i) {
    bus.emit(Point::request_received, [] { return with_id("1"); });
    other->wait_for(i + 1);
  }
  EXPECT_EQ(other->seen.size(), many);
  EXPECT_GT(bus.counters()[0].dropped, 0u);
  release.set_value();
}

TEST_F(Bus, DeliversWhatIsQueuedBeforeASubscriptionEnds) {
  bus.subscribe({{"a", bits({"*"}), recorder}});
  for (int i = 0; i < 100; ++i) bus.emit(Point::request_received, [] { return boost::json::object{}; });
  bus.subscribe({});
  EXPECT_EQ(recorder->seen.size(), 100u);
  EXPECT_EQ(recorder.use_count(), 1) << "nothing of the bus holds the hook any more";
}

TEST_F(Bus, AHookThatNeverReturnsDoesNotHoldUpTheEnd) {
  std::promise<void> release;
  recorder->hold = release.get_future().share();
  bus.subscribe({{"a", bits({"*"}), recorder}});
  bus.emit(Point::host_started, [] { return boost::json::object{}; });
  bus.subscribe({});
  EXPECT_THAT(bus.counters(), IsEmpty());
  release.set_value();
  recorder->wait_for(1);
}

TEST_F(Bus, TellsOnlyOfEventsWithTheRightFields) {
  bus.subscribe({{"a", bits({"*"}), recorder, std::make_shared<const FieldFilter>(std::map<std::string, std::string>{{"id", "[24]"}})}});
  for (const char* const id : {"1", "2", "3", "4"}) bus.emit(Point::request_completed, [id] { return with_id(id); });
  EXPECT_THAT(recorder->wait_for(2), ElementsAre("request.completed:2", "request.completed:4"));
}

/// Gathers events and hands them over when there are no more for now.
struct Gatherer : BuiltInHook {
  void on(const HookEvent&) const override { ++gathered; }
  Progress progress() const override {
    return {.delivered = static_cast<std::uint64_t>(delivered), .under_way = static_cast<std::uint64_t>(gathered)};
  }
  std::optional<std::chrono::milliseconds> settle() const override {
    const std::lock_guard lock(mutex);
    ++settled;
    if (const int lost = refuses ? std::exchange(gathered, 0) : 0; lost > 0) throw std::runtime_error("it takes nothing");
    delivered += std::exchange(gathered, 0);
    changed.notify_all();
    return again;
  }
  template <class Condition>
  bool wait_for(Condition condition) const {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, 20s, condition);
  }
  mutable int gathered = 0;
  mutable int delivered = 0;
  mutable int settled = 0;
  bool refuses = false;
  std::optional<std::chrono::milliseconds> again;
  mutable std::mutex mutex;
  mutable std::condition_variable changed;
};

TEST_F(Bus, ABuiltInHookSettlesWhenNothingWaits) {
  const auto gatherer = std::make_shared<Gatherer>();
  bus.subscribe({{"a", bits({"*"}), gatherer}});
  for (int i = 0; i < 100; ++i) bus.emit(Point::request_completed, [] { return boost::json::object{}; });
  EXPECT_TRUE(gatherer->wait_for([&] { return gatherer->delivered == 100; }));
}

TEST_F(Bus, WhatABuiltInHookOnlyGatheredIsNotDelivered) {
  const auto gatherer = std::make_shared<Gatherer>();
  gatherer->refuses = true;
  bus.subscribe({{"a", bits({"*"}), gatherer}});
  for (int i = 0; i < 100; ++i) bus.emit(Point::request_completed, [] { return boost::json::object{}; });
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (bus.counters()[0].failed < 100 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_EQ(bus.counters()[0].failed, 100u) << "each event of a batch that was lost";
  EXPECT_EQ(bus.counters()[0].delivered, 0u);
}

TEST_F(Bus, ABuiltInHookMaySettleAgainLater) {
  const auto gatherer = std::make_shared<Gatherer>();
  gatherer->again = 1ms;
  bus.subscribe({{"a", bits({"*"}), gatherer}});
  bus.emit(Point::host_started, [] { return boost::json::object{}; });
  EXPECT_TRUE(gatherer->wait_for([&] { return gatherer->settled >= 3; })) << "no other event came, and yet it was called again";
}

TEST_F(Bus, ASubscriptionOfTheSameIdentityGoesOnWithItsHook) {
  const auto other = std::make_shared<Recorder>();
  bus.subscribe({{"a", bits({"*"}), recorder, nullptr, "as configured"}});
  bus.emit(Point::host_started, [] { return with_id("1"); });
  bus.subscribe({{"a", bits({"*"}), other, nullptr, "as configured"}});
  bus.emit(Point::host_started, [] { return with_id("2"); });
  EXPECT_THAT(recorder->wait_for(2), ElementsAre("host.started:1", "host.started:2"));
  EXPECT_TRUE(other->wait_for(0).empty());
}

TEST(HookPoints, PatternsAreNamesOrBeginnings) {
  EXPECT_TRUE(matches("request.*", "request.failed"));
  EXPECT_TRUE(matches("*", "plugin.added"));
  EXPECT_FALSE(matches("request", "request.failed"));
  EXPECT_EQ(points_of({"*"}, [](std::string_view name) { return name == "request.received"; }), 1u);
}

}  // namespace
}  // namespace patchbay::hooks
