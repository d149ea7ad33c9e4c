#include <algorithm>

#include "replay/rerun.hpp"

namespace patchbay::replay {

namespace {

/// Its place among the targets that were tried; those that were not come last.
std::size_t rank_of(const config::Target& target, const std::vector<std::string>& tried) {
  return static_cast<std::size_t>(std::find(tried.begin(), tried.end(), target.id) - tried.begin());
}

}  // namespace

config::Settings settings_for(const config::Settings& settings, const Record& record) {
  config::Settings chosen = settings;
  chosen.hooks.clear();
  for (config::Route& route : chosen.routes) {
    route.hedge = {};
    const auto was_tried = [&](const config::Target& one) { return rank_of(one, record.targets) < record.targets.size(); };
    if (std::none_of(route.targets.begin(), route.targets.end(), was_tried)) continue;
    route.balance = "priority";
    std::stable_sort(route.targets.begin(), route.targets.end(), [&](const config::Target& one, const config::Target& other) {
      return rank_of(one, record.targets) < rank_of(other, record.targets);
    });
  }
  return chosen;
}

}  // namespace patchbay::replay
