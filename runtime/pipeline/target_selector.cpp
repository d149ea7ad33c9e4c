#include "pipeline/target_selector.hpp"

#include <algorithm>

namespace patchbay::pipeline {

std::optional<Candidate> TargetSelector::next(const LazyNow& now) {
  if (preferred_)
    if (std::optional<Candidate> candidate = enter(*preferred_, now)) return candidate;
  for (const Index chain : order(now))
    if (std::optional<Candidate> candidate = enter(chain, now)) return candidate;
  return std::nullopt;
}

std::optional<Candidate> TargetSelector::next_beside(const Candidate& running, const LazyNow& now) {
  const Index taken = index_of(*running.chain);
  for (const Index chain : order(now)) {
    if (chain == taken) continue;
    if (std::optional<Candidate> candidate = enter(chain, now)) return candidate;
  }
  return enter(taken, now);
}

std::optional<Candidate> TargetSelector::enter(Index index, const LazyNow& now) {
  if (excluded(index)) return std::nullopt;
  const Chain& chain = *route_.chains[index];
  if (!chain.health->available(now)) return std::nullopt;
  const std::optional<std::size_t> key = choose_key(index, now);
  if (!key) return std::nullopt;
  Candidate candidate{&chain, *key, {}};
  if (chain.health->enter(now, chain.max_concurrency, candidate.pass) != TargetHealth::Entry::admitted) return std::nullopt;
  tried_.push_back({index, *key});
  return candidate;
}

std::optional<Candidate> TargetSelector::insist(const LazyNow& now) {
  std::optional<Try> soonest;
  HealthTime soonest_at = HealthTime::max();
  for (const Index index : order(now)) {
    const Chain& chain = *route_.chains[index];
    if (excluded(index) || (chain.max_concurrency != 0 && chain.health->queue().taken() >= chain.max_concurrency)) continue;
    const auto consider = [&](std::size_t key, HealthTime usable_at) {
      const HealthTime at = std::max(usable_at, chain.health->available_at());
      if (tried(index, key) || at >= soonest_at) return;
      soonest = Try{index, key};
      soonest_at = at;
    };
    if (chain.keys.empty()) consider(0, HealthTime());
    for (std::size_t key = 0; key < chain.keys.size(); ++key) consider(key, chain.keys[key].health->usable_at());
  }
  if (!soonest) return std::nullopt;
  const Chain& chain = *route_.chains[soonest->chain];
  Candidate candidate{&chain, soonest->key, {}};
  if (chain.health->enter_regardless(chain.max_concurrency, candidate.pass) != TargetHealth::Entry::admitted) return std::nullopt;
  tried_.push_back(*soonest);
  return candidate;
}

std::optional<Candidate> TargetSelector::again(const Candidate& candidate) const {
  const Chain& chain = *candidate.chain;
  Candidate second{&chain, candidate.key, {}};
  if (chain.health->enter_regardless(chain.max_concurrency, second.pass) != TargetHealth::Entry::admitted) return std::nullopt;
  return second;
}

std::optional<Candidate> TargetSelector::seated(const Chain& chain, const LazyNow& now, TargetQueue::Place& place) {
  const Index index = index_of(chain);
  const std::optional<std::size_t> key = choose_key(index, now);
  if (!key) return std::nullopt;
  Candidate candidate{&chain, *key, {}};
  if (chain.health->enter_with_place(now, candidate.pass) != TargetHealth::Entry::admitted) return std::nullopt;
  place.take_over();
  tried_.push_back({index, *key});
  return candidate;
}

bool TargetSelector::has_more(const LazyNow& now) const {
  for (Index index = 0; index < route_.chains.size(); ++index)
    if (!excluded(index) && route_.chains[index]->health->available(now) && has_key(index, now)) return true;
  return false;
}

const Chain* TargetSelector::with_queue(const LazyNow& now) {
  for (const Index index : order(now)) {
    const Chain& chain = *route_.chains[index];
    if (chain.queue.size != 0 && !excluded(index) && chain.health->available(now) && has_key(index, now)) return &chain;
  }
  return nullptr;
}

Shortage TargetSelector::shortage(const LazyNow& now) const {
  Shortage shortage;
  for (Index index = 0; index < route_.chains.size(); ++index) {
    const Chain& chain = *route_.chains[index];
    if (excluded(index)) continue;
    const auto consider = [&](HealthTime at, RestReason reason) {
      if (at >= shortage.back_at) return;
      shortage.back_at = at;
      shortage.reason = reason;
    };
    if (chain.health->available(now) && has_key(index, now)) {
      shortage.full = true;
    } else if (!chain.health->available(now) || chain.keys.empty()) {
      consider(chain.health->available_at(), RestReason::failing);
    } else {
      for (const ChainKey& key : chain.keys) consider(key.health->usable_at(), key.health->reason());
    }
  }
  return shortage;
}

void TargetSelector::failed(const Candidate& candidate, Fault fault) {
  const Index index = index_of(*candidate.chain);
  preferred_.reset();
  if (fault == Fault::target || fault == Fault::host)
    excluded_.push_back(index);
  else
    preferred_ = index;
}

TargetSelector::Index TargetSelector::index_of(const Chain& chain) const {
  const auto found = std::find_if(route_.chains.begin(), route_.chains.end(), [&](const auto& one) { return one.get() == &chain; });
  return static_cast<Index>(found - route_.chains.begin());
}

bool TargetSelector::excluded(Index chain) const { return std::find(excluded_.begin(), excluded_.end(), chain) != excluded_.end(); }

bool TargetSelector::tried(Index chain, std::size_t key) const {
  return std::any_of(tried_.begin(), tried_.end(), [&](const Try& one) { return one.chain == chain && one.key == key; });
}

std::optional<std::size_t> TargetSelector::choose_key(Index index, const LazyNow& now) const {
  const Chain& chain = *route_.chains[index];
  const std::size_t count = chain.keys.size();
  if (count == 0) return tried(index, 0) ? std::nullopt : std::optional<std::size_t>(0);
  const std::uint64_t turn = count == 1 ? 0 : chain.next_key.fetch_add(1, std::memory_order_relaxed);
  for (std::size_t step = 0; step < count; ++step) {
    const std::size_t key = (turn + step) % count;
    if (!tried(index, key) && chain.keys[key].health->usable(now)) return key;
  }
  return std::nullopt;
}

bool TargetSelector::has_key(Index index, const LazyNow& now) const {
  const Chain& chain = *route_.chains[index];
  if (chain.keys.empty()) return !tried(index, 0);
  for (std::size_t key = 0; key < chain.keys.size(); ++key)
    if (!tried(index, key) && chain.keys[key].health->usable(now)) return true;
  return false;
}

}  // namespace patchbay::pipeline
