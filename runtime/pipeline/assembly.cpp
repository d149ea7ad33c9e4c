#include "pipeline/assembly.hpp"

#include <algorithm>
#include <numeric>

namespace patchbay::pipeline {

Balance balance_of(std::string_view word) {
  if (word == "weighted") return Balance::weighted;
  if (word == "priority") return Balance::priority;
  if (word == "least-busy") return Balance::least_busy;
  if (word == "latency") return Balance::latency;
  if (word == "sticky") return Balance::sticky;
  return Balance::round_robin;
}

std::vector<std::uint32_t> make_schedule(Balance balance, const std::vector<std::uint32_t>& weights) {
  if (balance != Balance::weighted) {
    std::vector<std::uint32_t> order(weights.size());
    std::iota(order.begin(), order.end(), 0u);
    return order;
  }
  std::uint32_t divisor = 0;
  for (const std::uint32_t weight : weights) divisor = std::gcd(divisor, weight);
  if (divisor == 0) return {0};

  std::int64_t total = 0;
  for (const std::uint32_t weight : weights) total += weight / divisor;
  std::vector<std::int64_t> credit(weights.size());
  std::vector<std::uint32_t> order;
  order.reserve(static_cast<std::size_t>(total));
  for (std::int64_t turn = 0; turn < total; ++turn) {
    for (std::size_t i = 0; i < weights.size(); ++i) credit[i] += weights[i] / divisor;
    const auto next = std::max_element(credit.begin(), credit.end());
    *next -= total;
    order.push_back(static_cast<std::uint32_t>(next - credit.begin()));
  }
  return order;
}

}  // namespace patchbay::pipeline
