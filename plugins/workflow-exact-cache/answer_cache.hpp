#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "patchbay/message.hpp"

namespace patchbay::exact_cache {

/// An answer as it came from the provider: whole, or as the events of a stream.
struct StoredAnswer {
  bool streamed = false;
  std::string whole;
  std::vector<EventText> events;

  /// What it takes of memory, roughly.
  [[nodiscard]] std::size_t bytes() const;
};

/// Answers by key, bounded by number and bytes; what was not used for longest goes first. Its keys are the whole text that they stand for,
/// so that different requests never share an answer. [thread-safe]
class AnswerCache {
 public:
  using Time = std::chrono::steady_clock::time_point;

  AnswerCache(std::size_t max_entries, std::size_t max_bytes) : max_entries_(max_entries), max_bytes_(max_bytes) {}

  /// The answer for a key, if there is one that was stored less than `max_age` before `now`; null otherwise.
  [[nodiscard]] std::shared_ptr<const StoredAnswer> find(std::string_view key, Time now, std::chrono::milliseconds max_age);

  /// Keeps an answer, in place of an older one for the key. One that is larger than the cache is not kept.
  void store(std::string key, std::shared_ptr<const StoredAnswer> answer, Time now);

  [[nodiscard]] std::size_t entries() const;
  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const StoredAnswer> answer;
    Time stored;
    std::size_t bytes = 0;
  };
  using Entries = std::list<Entry>;  // the last used one first

  void erase(Entries::iterator entry);

  const std::size_t max_entries_;
  const std::size_t max_bytes_;
  mutable std::mutex mutex_;
  Entries entries_;
  std::unordered_map<std::string_view, Entries::iterator> index_;  // keys are those of the entries
  std::size_t bytes_ = 0;
};

}  // namespace patchbay::exact_cache
