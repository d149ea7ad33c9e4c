#include "answer_cache.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace patchbay::exact_cache {
namespace {

using namespace std::chrono_literals;

constexpr AnswerCache::Time start{};

std::shared_ptr<const StoredAnswer> answer(std::string text) {
  auto made = std::make_shared<StoredAnswer>();
  made->whole = std::move(text);
  return made;
}

std::string found(AnswerCache& cache, std::string_view key, AnswerCache::Time now = start, std::chrono::milliseconds max_age = 1h) {
  const auto one = cache.find(key, now, max_age);
  return one ? one->whole : "(none)";
}

TEST(AnswerCache, FindsWhatWasStored) {
  AnswerCache cache(10, 1 << 20);
  cache.store("a", answer("A"), start);
  EXPECT_EQ(found(cache, "a"), "A");
  EXPECT_EQ(found(cache, "b"), "(none)");
}

TEST(AnswerCache, AnAnswerIsServedUntilItIsTooOld) {
  AnswerCache cache(10, 1 << 20);
  cache.store("a", answer("A"), start);
  EXPECT_EQ(found(cache, "a", start + 999ms, 1s), "A");
  EXPECT_EQ(found(cache, "a", start + 1s, 1s), "(none)");
}

TEST(AnswerCache, ANewerAnswerTakesThePlace) {
  AnswerCache cache(10, 1 << 20);
  cache.store("a", answer("old"), start);
  cache.store("a", answer("new"), start + 1s);
  EXPECT_EQ(found(cache, "a"), "new");
  EXPECT_EQ(cache.entries(), 1u);
}

TEST(AnswerCache, WhatWasNotUsedForLongestGoesFirst) {
  AnswerCache cache(2, 1 << 20);
  cache.store("a", answer("A"), start);
  cache.store("b", answer("B"), start);
  EXPECT_EQ(found(cache, "a"), "A");
  cache.store("c", answer("C"), start);
  EXPECT_EQ(found(cache, "a"), "A");
  EXPECT_EQ(found(cache, "b"), "(none)");
  EXPECT_EQ(found(cache, "c"), "C");
}

TEST(AnswerCache, BytesAreBounded) {
  AnswerCache cache(1000, 10'000);
  for (int i = 0; i < 100; ++i) cache.store(std::to_string(i), answer(std::string(1000, 'x')), start);
  EXPECT_LE(cache.bytes(), 10'000u);
  EXPECT_EQ(cache.entries(), 7u);
  EXPECT_EQ(found(cache, "99").size(), 1000u);
}

TEST(AnswerCache, WhatIsLargerThanTheCacheIsNotKeptAndDropsNothingElse) {
  AnswerCache cache(10, 2'000);
  cache.store("a", answer("A"), start);
  cache.store("b", answer(std::string(5'000, 'x')), start);
  EXPECT_EQ(found(cache, "a"), "A");
  EXPECT_EQ(found(cache, "b"), "(none)");
}

TEST(AnswerCache, AnOlderAnswerGoesEvenIfTheNewerIsTooLarge) {
  AnswerCache cache(10, 2'000);
  cache.store("a", answer("A"), start);
  cache.store("a", answer(std::string(5'000, 'x')), start);
  EXPECT_EQ(found(cache, "a"), "(none)");
  EXPECT_EQ(cache.bytes(), 0u);
}

TEST(AnswerCache, EventsCount) {
  StoredAnswer streamed;
  streamed.streamed = true;
  streamed.events = {{"name", "data"}, {"", "more"}};
  EXPECT_GE(streamed.bytes(), 12u);
}

TEST(AnswerCache, ManyThreadsFindOnlyWhatBelongsToTheirKeys) {
  AnswerCache cache(16, 1 << 20);
  std::atomic<int> wrong{0};
  std::atomic<int> hits{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 5'000; ++i) {
        const std::string key = std::to_string((i * 7 + thread) % 32);
        const std::string seen = found(cache, key);
        if (seen != "(none)" && ++hits && seen != "answer to " + key) ++wrong;
        cache.store(key, answer("answer to " + key), start);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(hits, 0);
  EXPECT_EQ(cache.entries(), 16u);
}

}  // namespace
}  // namespace patchbay::exact_cache
