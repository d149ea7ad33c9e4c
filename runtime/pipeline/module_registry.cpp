#include "pipeline/module_registry.hpp"

namespace patchbay::pipeline {

bool ModuleRegistry::add(ModuleFactory factory) {
  std::string type = factory.type;
  return factories_.try_emplace(std::move(type), std::move(factory)).second;
}

const ModuleFactory* ModuleRegistry::find(std::string_view type) const {
  const auto found = factories_.find(type);
  return found == factories_.end() ? nullptr : &found->second;
}

std::vector<std::string> ModuleRegistry::types(ModuleKind kind) const {
  std::vector<std::string> names;
  for (const auto& [type, factory] : factories_)
    if (factory.kind == kind) names.push_back(type);
  return names;
}

}  // namespace patchbay::pipeline
