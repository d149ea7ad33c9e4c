#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <utility>

#include "pipeline/target_selector.hpp"

/// The order in which the targets of a route come into question, by its balance.
namespace patchbay::pipeline {

namespace {

constexpr std::size_t most_compared = 3;  // among more targets, two at random are compared

std::uint64_t mixed(std::uint64_t bits) {  // the finaliser of SplitMix64
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
  return bits ^ (bits >> 31);
}

std::minstd_rand& dice() {
  thread_local std::minstd_rand generator(std::random_device{}());
  return generator;
}

double load_of(const Chain& chain) {
  return (static_cast<double>(chain.health->queue().taken()) + chain.health->queue().waiting() + 1) / std::max(1u, chain.weight);
}

}  // namespace

const TargetSelector::Indices& TargetSelector::order(const LazyNow& now) {
  if (!order_.empty()) return order_;
  if (route_.chains.size() == 1) {
    order_.push_back(0);
    return order_;
  }
  switch (route_.balance) {
    case Balance::round_robin:
    case Balance::weighted: order_by_turn(order_); break;
    case Balance::priority:
      for (Index index = 0; index < route_.chains.size(); ++index) order_.push_back(index);
      break;
    case Balance::least_busy: order_by_load(order_); break;
    case Balance::latency: order_by_latency(order_, now); break;
    case Balance::sticky: order_by_stickiness(order_); break;
  }
  return order_;
}

/// From the turn on, each once. A long schedule is not searched for a target that comes up rarely: those come last.
void TargetSelector::order_by_turn(Indices& order) const {
  const std::vector<std::uint32_t>& schedule = route_.schedule;
  const std::uint64_t turn = route_.next_chain.fetch_add(1, std::memory_order_relaxed);
  const auto add = [&order](Index index) {
    if (std::find(order.begin(), order.end(), index) == order.end()) order.push_back(index);
  };
  const std::size_t steps = std::min<std::size_t>(schedule.size(), 4 * route_.chains.size());
  for (std::size_t step = 0; step < steps; ++step) add(schedule[(turn + step) % schedule.size()]);
  for (Index index = 0; index < route_.chains.size(); ++index)
    if (route_.balance != Balance::weighted || route_.chains[index]->weight != 0) add(index);
}

void TargetSelector::order_by_load(Indices& order) const {
  const std::uint64_t turn = route_.next_chain.fetch_add(1, std::memory_order_relaxed);
  const std::size_t count = route_.chains.size();
  boost::container::small_vector<double, 8> loads;
  for (const auto& chain : route_.chains) loads.push_back(load_of(*chain));
  for (std::size_t step = 0; step < count; ++step) order.push_back(static_cast<Index>((turn + step) % count));  // equals in turn
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return loads[a] < loads[b]; });
}

void TargetSelector::order_by_latency(Indices& order, const LazyNow& now) const {
  const std::size_t count = route_.chains.size();
  boost::container::small_vector<double, 8> costs;
  for (Index index = 0; index < count; ++index) {
    const Chain& chain = *route_.chains[index];
    costs.push_back(chain.health->latency().estimate(now()) * load_of(chain));
    order.push_back(index);
  }
  if (count > most_compared) {
    // Two at random come first (Mitzenmacher's power of two choices), so that not every thread runs to the same one.
    for (std::size_t place = 0; place < 2; ++place)
      std::swap(order[place], order[place + std::uniform_int_distribution<std::size_t>(0, count - 1 - place)(dice())]);
  }
  const auto by_cost = [&](Index a, Index b) { return costs[a] < costs[b]; };
  const auto chosen = order.begin() + static_cast<std::ptrdiff_t>(count > most_compared ? 2 : count);
  std::stable_sort(order.begin(), chosen, by_cost);
  std::stable_sort(chosen, order.end(), by_cost);
}

/// Weighted rendezvous hashing: a target that comes or goes moves only its own share.
void TargetSelector::order_by_stickiness(Indices& order) const {
  boost::container::small_vector<double, 8> scores;
  for (Index index = 0; index < route_.chains.size(); ++index) {
    const Chain& chain = *route_.chains[index];
    const std::uint64_t drawn = mixed(sticky_ ^ mixed(std::hash<std::string>{}(chain.id)));
    const double share = (static_cast<double>(drawn >> 11) + 0.5) * 0x1p-53;
    scores.push_back(chain.weight == 0 ? 0.0 : -std::log(share) / chain.weight);
    if (chain.weight != 0) order.push_back(index);
  }
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return scores[a] < scores[b]; });
  if (order.empty()) order.push_back(0);
}

}  // namespace patchbay::pipeline
