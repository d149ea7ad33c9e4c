#include "pipeline/assembly_pins.hpp"

#include <algorithm>

namespace patchbay::pipeline {

namespace {

std::set<std::uint64_t> generations_of(const Assembly& assembly) {
  std::set<std::uint64_t> generations;
  for (const auto& route : assembly.routes)
    for (const auto& chain : route->chains) {
      for (const ChainModule& module : chain->transforms) generations.insert(module.instance->key().generation);
      generations.insert(chain->provider.instance->key().generation);
    }
  for (const AssembledHook& hook : assembly.hooks)
    if (hook.instance) generations.insert(hook.instance->key().generation);
  return generations;
}

}  // namespace

void AssemblyPins::published(const std::shared_ptr<const Assembly>& assembly) {
  Published entry{assembly, generations_of(*assembly)};
  const std::lock_guard lock(mutex_);
  forget_dead();
  alive_.push_back(std::move(entry));
}

void AssemblyPins::forget_dead() const {
  std::erase_if(alive_, [](const Published& one) { return one.assembly.expired(); });
}

std::map<std::uint64_t, std::uint64_t> AssemblyPins::requests_by_generation() const {
  const std::lock_guard lock(mutex_);
  forget_dead();
  std::map<std::uint64_t, std::uint64_t> requests;
  for (const Published& one : alive_) {
    const auto holders = static_cast<std::uint64_t>(one.assembly.use_count());
    const std::uint64_t slot = &one == &alive_.back() ? 1 : 0;  // holds the current one itself
    for (const std::uint64_t generation : one.generations) requests[generation] += holders - std::min(holders, slot);
  }
  return requests;
}

}  // namespace patchbay::pipeline
