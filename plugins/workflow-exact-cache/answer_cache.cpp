#include "answer_cache.hpp"

namespace patchbay::exact_cache {

namespace {

constexpr std::size_t entry_overhead = 256;  // list and map nodes, counters, the objects themselves
constexpr std::size_t event_overhead = sizeof(EventText);

}  // namespace

std::size_t StoredAnswer::bytes() const {
  std::size_t sum = whole.size();
  for (const EventText& event : events) sum += event.name.size() + event.data.size() + event_overhead;
  return sum;
}

std::shared_ptr<const StoredAnswer> AnswerCache::find(std::string_view key, Time now, std::chrono::milliseconds max_age) {
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(key);
  if (found == index_.end() || now - found->second->stored >= max_age) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->answer;
}

void AnswerCache::store(std::string key, std::shared_ptr<const StoredAnswer> answer, Time now) {
  const std::size_t bytes = key.size() + answer->bytes() + entry_overhead;
  std::vector<std::shared_ptr<const StoredAnswer>> dropped;  // freed without the lock
  const std::lock_guard lock(mutex_);
  if (const auto older = index_.find(key); older != index_.end()) {
    dropped.push_back(older->second->answer);
    erase(older->second);
  }
  if (bytes > max_bytes_ || max_entries_ == 0) return;
  while (entries_.size() >= max_entries_ || bytes_ + bytes > max_bytes_) {
    dropped.push_back(entries_.back().answer);
    erase(std::prev(entries_.end()));
  }
  entries_.push_front({std::move(key), std::move(answer), now, bytes});
  index_.emplace(entries_.front().key, entries_.begin());
  bytes_ += bytes;
}

void AnswerCache::erase(Entries::iterator entry) {
  bytes_ -= entry->bytes;
  index_.erase(entry->key);
  entries_.erase(entry);
}

std::size_t AnswerCache::entries() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

std::size_t AnswerCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace patchbay::exact_cache
