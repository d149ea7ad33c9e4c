#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "isolation/codec.hpp"
#include "pipeline/instance.hpp"
#include "pipeline/module_registry.hpp"

namespace patchbay::isolation {

/// A module in the process that it was isolated in.
struct HostedModule {
  HostedModule(pipeline::ModuleFactory factory, boost::json::value config)
      : instance({.type = factory.type, .generation = factory.generation, .hash = {}}, factory, std::move(config), 1) {}

  /// How often it threw since this was last asked. [thread-safe]
  [[nodiscard]] std::uint64_t new_faults() {
    const std::uint64_t all = instance.errors();
    const std::uint64_t before = told.exchange(all);
    return all > before ? all - before : 0;
  }

  pipeline::Instance instance;
  std::atomic<std::uint64_t> told{0};
};

/// The modules of the process, by the numbers that the host gave them. [thread-safe]
class HostedModules {
 public:
  /// Makes and checks one; throws like Plugin::make. [init]
  ModuleAnswers make(std::uint64_t number, const pipeline::ModuleFactory& factory, boost::json::value config);
  /// A connection may still keep it.
  void drop(std::uint64_t number);
  /// Throws MalformedFrame if there is none.
  [[nodiscard]] std::shared_ptr<HostedModule> find(std::uint64_t number) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::uint64_t, std::shared_ptr<HostedModule>> modules_;
};

}  // namespace patchbay::isolation
