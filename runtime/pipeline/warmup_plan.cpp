#include "pipeline/warmup_plan.hpp"

#include <algorithm>

namespace patchbay::pipeline {

namespace {

/// What [pool] preload asks for, by the chains of a route that requests take first.
std::vector<const Chain*> chains_taken_first(const AssembledRoute& route, const std::string& preload) {
  std::vector<const Chain*> chains;
  if (preload == "none") return chains;
  for (std::size_t i = 0; i < route.chains.size(); ++i) {
    const bool in_reserve =
        route.settings.balance == "priority" ? i > 0 : route.settings.balance == "weighted" && route.chains[i]->weight == 0;
    if (preload == "all" || !in_reserve) chains.push_back(route.chains[i].get());
  }
  return chains;
}

template <class Take>
void each_instance(const Chain& chain, Take&& take) {
  take(chain.provider.instance);
  for (const ChainModule& module : chain.transforms) take(module.instance);
}

}  // namespace

std::string_view name_of(Importance importance) {
  switch (importance) {
    case Importance::critical: return "critical";
    case Importance::important: return "important";
    case Importance::optional: return "optional";
  }
  return "unknown";
}

Importance importance_of(ModuleKind kind) {
  switch (kind) {
    case ModuleKind::provider:
    case ModuleKind::compatibility: return Importance::critical;
    case ModuleKind::llm_switch: return Importance::important;
    default: return Importance::optional;
  }
}

std::vector<const Instance*> instances_taken_first(const std::vector<std::unique_ptr<const AssembledRoute>>& routes,
                                                   const std::string& preload) {
  std::vector<const Instance*> instances;
  for (const auto& route : routes)
    for (const Chain* const chain : chains_taken_first(*route, preload))
      each_instance(*chain, [&](const std::shared_ptr<Instance>& instance) { instances.push_back(instance.get()); });
  return instances;
}

WarmupPlan plan_warmup(const Assembly& assembly, const ModuleRegistry& registry, StaticInstancePool& pool) {
  WarmupPlan plan;
  plan.generation = assembly.generation;
  const auto add = [&plan](const std::string& name, const std::shared_ptr<Instance>& instance, bool stays) {
    const auto known =
        std::find_if(plan.items.begin(), plan.items.end(), [&](const WarmupItem& item) { return item.instance == instance; });
    if (known == plan.items.end())
      plan.items.push_back({name, instance, stays});
    else
      known->stays = known->stays || stays;
  };
  const bool others_go = assembly.settings.pool.preload != "all";
  for (const auto& route : assembly.routes)
    for (const Chain* const chain : chains_taken_first(*route, assembly.settings.pool.preload))
      each_instance(*chain, [&](const std::shared_ptr<Instance>& instance) { add(route->settings.id, instance, others_go); });
  for (const std::string& name : assembly.settings.pool.preload_library) {
    const auto entry = assembly.settings.library.find(name);
    if (entry == assembly.settings.library.end())
      plan.impossible.emplace_back(name, "there is no [library." + name + "]");
    else if (const ModuleFactory* const factory = registry.find(entry->second.type))
      add(name, pool.place(*factory, entry->second.config.value, entry->second.isolated), true);
    else
      plan.impossible.emplace_back(name, "no plugin brings module " + entry->second.type);
  }
  std::stable_sort(plan.items.begin(), plan.items.end(), [](const WarmupItem& a, const WarmupItem& b) {
    return importance_of(a.instance->kind()) < importance_of(b.instance->kind());
  });
  return plan;
}

}  // namespace patchbay::pipeline
