#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pipeline/assembly.hpp"
#include "pipeline/static_instance_pool.hpp"

namespace patchbay::pipeline {

/// How much requests miss a module that is not there.
enum class Importance : std::uint8_t {
  critical,   ///< provider, compatibility: nothing is answered without it
  important,  ///< llmSwitch: clients of the provider's own protocol could do without
  optional,   ///< workflow, hook
};

[[nodiscard]] std::string_view name_of(Importance importance);
[[nodiscard]] Importance importance_of(ModuleKind kind);

/// One instance that is to be ready.
struct WarmupItem {
  std::string name;  ///< of the library entry or of the route
  std::shared_ptr<Instance> instance;
  bool stays = false;  ///< what is idle is recycled, but not this
};

struct WarmupPlan {
  std::uint64_t generation = 0;                                 ///< of the Assembly
  std::vector<WarmupItem> items;                                ///< the most important first; each instance once
  std::vector<std::pair<std::string, std::string>> impossible;  ///< names of library entries, and why there can be no instance
};

/// The instances that `[pool] preload` and `preload_library` ask for. With `preload = "routes"`, of each route the targets that requests
/// take first: all that have a turn, and of `priority` the first alone.
[[nodiscard]] WarmupPlan plan_warmup(const Assembly& assembly, const ModuleRegistry& registry, StaticInstancePool& pool);

/// The instances among them that routes name.
[[nodiscard]] std::vector<const Instance*> instances_taken_first(const std::vector<std::unique_ptr<const AssembledRoute>>& routes,
                                                                 const std::string& preload);

}  // namespace patchbay::pipeline
