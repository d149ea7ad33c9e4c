#include "pipeline/static_pipelines.hpp"

#include <algorithm>

namespace patchbay::pipeline {

StaticPipelines::StaticPipelines(const config::StaticPlan& plan, std::shared_ptr<const Assembly> pools)
    : plan_(plan), pools_(std::move(pools)), classifier_(plan.classification) {
  std::map<std::string_view, std::size_t> ranks;
  for (std::size_t rank = 0; rank < pools_->routes.size(); ++rank) ranks[pools_->routes[rank]->settings.id] = rank;
  const auto fill = [&ranks](const auto& names, Table& table) {
    for (const auto& [name, route] : names)
      if (const auto rank = ranks.find(route); rank != ranks.end()) table[name] = rank->second;  // those that are missing wait for a plugin
  };
  fill(plan_.categories, categories_);
  fill(plan_.models, models_);
  offered_ = pools_->models;
  for (ModelEntry& model : offered_) model.routes = open_to(model.id);
}

/// The pool that it names comes first; where that cannot carry a request, any category's may.
std::vector<std::string> StaticPipelines::open_to(const std::string& model) const {
  std::vector<std::size_t> ranks;
  if (const auto named = models_.find(model); named != models_.end()) ranks.push_back(named->second);
  for (const auto& [category, rank] : categories_)
    if (std::find(ranks.begin(), ranks.end(), rank) == ranks.end()) ranks.push_back(rank);
  std::vector<std::string> ids;
  for (const std::size_t rank : ranks) ids.push_back(pools_->routes[rank]->settings.id);
  return ids;
}

const AssembledRoute* StaticPipelines::carrier(const Table& table, std::string_view name, const RequestFacts& facts) const {
  const auto found = table.find(name);
  return found != table.end() && pools_->router.why_not(found->second, facts).empty() ? pools_->routes[found->second].get() : nullptr;
}

const AssembledRoute* StaticPipelines::choose(const RequestFacts& facts) const {
  if (const AssembledRoute* const named = carrier(models_, facts.model(), facts)) return named;
  if (const AssembledRoute* const pool = carrier(categories_, facts.category(classifier_), facts)) return pool;
  return carrier(categories_, "default", facts);
}

}  // namespace patchbay::pipeline
