#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>

#include "pipeline/assembly.hpp"
#include "pipeline/fault.hpp"

namespace patchbay::pipeline {

/// Where an attempt goes: a chain, one of its provider's keys, and the place there.
struct Candidate {
  const Chain* chain = nullptr;
  std::size_t key = 0;  ///< an index into the provider's credentials
  TargetHealth::Pass pass;
};

/// Why a selector has nobody: what everybody who did not fail this request waits for.
struct Shortage {
  bool full = false;                        ///< somebody is well, and has all the requests that it may have
  RestReason reason = RestReason::failing;  ///< else of the one that is back first
  HealthTime back_at = HealthTime::max();   ///< when that is
};

/// Says which target and key one request takes next: by the route's balance among those that are in service, each at most once.
/// [connection: one thread]
class TargetSelector {
 public:
  /// `sticky` is the hash of what the request stays with a target by.
  explicit TargetSelector(const AssembledRoute& route, std::uint64_t sticky = 0) : route_(route), sticky_(sticky) {}

  /// The next one in service; nothing if there is none.
  [[nodiscard]] std::optional<Candidate> next(const LazyNow& now);
  /// The next one beside an attempt that is under way: another target, and only if there is none another key of that one.
  [[nodiscard]] std::optional<Candidate> next_beside(const Candidate& running, const LazyNow& now);
  /// The one that is back first, although it rests; nothing if everybody has failed this request, or is full.
  [[nodiscard]] std::optional<Candidate> insist(const LazyNow& now);
  /// One that was tried already, again.
  [[nodiscard]] std::optional<Candidate> again(const Candidate& candidate) const;
  /// One whose place the request has waited for; `place` is taken over if there is one.
  [[nodiscard]] std::optional<Candidate> seated(const Chain& chain, const LazyNow& now, TargetQueue::Place& place);

  /// Whether `next` would probably have somebody.
  [[nodiscard]] bool has_more(const LazyNow& now) const;
  /// The first that is only full and lets requests wait; null if there is none.
  [[nodiscard]] const Chain* with_queue(const LazyNow& now);
  [[nodiscard]] Shortage shortage(const LazyNow& now) const;

  /// A candidate failed: unless the key alone is to blame, its target is not tried again.
  void failed(const Candidate& candidate, Fault fault);

 private:
  using Index = std::uint32_t;
  using Indices = boost::container::small_vector<Index, 4>;

  const Indices& order(const LazyNow& now);
  void order_by_turn(Indices& order) const;
  void order_by_load(Indices& order) const;
  void order_by_latency(Indices& order, const LazyNow& now) const;
  void order_by_stickiness(Indices& order) const;

  [[nodiscard]] Index index_of(const Chain& chain) const;
  [[nodiscard]] bool excluded(Index chain) const;
  [[nodiscard]] bool tried(Index chain, std::size_t key) const;
  /// A key of the chain that was not tried and, unless `resting` ones do, is usable.
  [[nodiscard]] std::optional<std::size_t> choose_key(Index chain, const LazyNow& now) const;
  [[nodiscard]] bool has_key(Index chain, const LazyNow& now) const;
  std::optional<Candidate> enter(Index chain, const LazyNow& now);

  struct Try {
    Index chain;
    std::size_t key;
  };

  const AssembledRoute& route_;
  const std::uint64_t sticky_;
  Indices order_;
  Indices excluded_;
  boost::container::small_vector<Try, 4> tried_;
  std::optional<Index> preferred_;  // whose key failed: its other keys come first
};

}  // namespace patchbay::pipeline
