#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "pipeline/health_book.hpp"
#include "pipeline/instance.hpp"

namespace patchbay::pipeline {

/// Every module instance of the host, one for each (type, canonical configuration, isolation, owner). It outlives the Assemblies, so that a
/// reload keeps warm what did not change. [thread-safe]
class StaticInstancePool {
 public:
  /// `hooks` are told of modules that are made and recycled, and outlive the pool and its instances; null: nobody is.
  explicit StaticInstancePool(std::uint32_t unhealthy_after = 5, hooks::HookBus* hooks = nullptr)
      : unhealthy_after_(unhealthy_after), hooks_(hooks) {}

  /// The place for a factory and a configuration; the same one each time for the same owner. Nothing is made yet.
  std::shared_ptr<Instance> place(const ModuleFactory& factory, const boost::json::value& config, bool isolated = false,
                                  const std::string& owner = {});

  /// Drops the modules that nobody used for `idle`: those that no Assembly names, place and all; and, if `lazy`, also those that one
  /// names, which are made again at the next use. Returns how many modules went.
  std::size_t recycle(std::chrono::steady_clock::duration idle, bool lazy);

  /// Lets go of the places whose module type is not in the registry, or of another generation there. Requests that run on one keep it.
  void retire(const ModuleRegistry& registry);

  [[nodiscard]] std::vector<std::shared_ptr<Instance>> instances() const;

  /// What is known of the keys and targets that the instances serve.
  [[nodiscard]] HealthBook& health() { return health_; }

 private:
  const std::uint32_t unhealthy_after_;
  hooks::HookBus* const hooks_;
  mutable std::mutex mutex_;
  std::map<InstanceKey, std::shared_ptr<Instance>> instances_;
  HealthBook health_;
};

}  // namespace patchbay::pipeline
