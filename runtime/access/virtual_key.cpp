#include "access/virtual_key.hpp"

#include <algorithm>

#include "config/access.hpp"

namespace patchbay::access {

namespace {

Window window_named(std::string_view per) {
  if (per == "day") return Window::day;
  return per == "month" ? Window::month : Window::total;
}

}  // namespace

bool VirtualKey::expired(WallTime now) const {
  return expires && std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count() >= *expires;
}

bool VirtualKey::may_take(std::string_view route) const {
  return routes.empty() || std::find(routes.begin(), routes.end(), route) != routes.end();
}

bool VirtualKey::may_name(std::string_view model) const {
  return models.empty() || std::any_of(models.begin(), models.end(), [model](const std::string& pattern) { return fits(pattern, model); });
}

VirtualKey make_key(const config::KeySettings& settings, bool shared) {
  VirtualKey key;
  key.name = settings.name;
  key.hash = parse_hash(settings.key_hash);
  if (!settings.expires.empty()) key.expires = config::parse_expiry(settings.expires);
  key.routes = settings.routes;
  key.models = settings.models;
  const auto add = [&](Resource resource, Window window, std::int64_t amount, bool stored) {
    key.limits.push_back({resource, window, amount, stored});
    key.counts_tokens = key.counts_tokens || resource == Resource::tokens || resource == Resource::cost;
  };
  if (settings.concurrency) add(Resource::concurrency, Window::total, static_cast<std::int64_t>(*settings.concurrency), shared);
  if (settings.requests_per_minute)
    add(Resource::requests, Window::minute, static_cast<std::int64_t>(*settings.requests_per_minute), shared);
  if (settings.tokens_per_minute) add(Resource::tokens, Window::minute, static_cast<std::int64_t>(*settings.tokens_per_minute), shared);
  for (const config::Budget& budget : settings.budgets) {
    if (budget.tokens) add(Resource::tokens, window_named(budget.per), static_cast<std::int64_t>(*budget.tokens), true);
    if (budget.cost) add(Resource::cost, window_named(budget.per), to_money(*budget.cost), true);
    key.has_cost_budget = key.has_cost_budget || budget.cost;
  }
  return key;
}

std::shared_ptr<const VirtualKey> KeyTable::find(const KeyHash& hash) const {
  const auto found = keys.find(hash);
  return found == keys.end() ? nullptr : found->second;
}

}  // namespace patchbay::access
