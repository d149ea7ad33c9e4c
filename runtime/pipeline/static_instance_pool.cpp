#include "pipeline/static_instance_pool.hpp"

#include "config/canonical_hash.hpp"

namespace patchbay::pipeline {

std::shared_ptr<Instance> StaticInstancePool::place(const ModuleFactory& factory, const boost::json::value& config, bool isolated,
                                                    const std::string& owner) {
  InstanceKey key{factory.type, factory.generation, config::canonical_hash(factory.type, config), isolated, owner};
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Instance>& place = instances_[key];
  if (!place) place = std::make_shared<Instance>(key, factory, config, unhealthy_after_, hooks_);
  return place;
}

std::size_t StaticInstancePool::recycle(std::chrono::steady_clock::duration idle, bool lazy) {
  std::size_t gone = 0;
  std::vector<std::shared_ptr<Instance>> leaving;  // destroyed after the lock is gone
  const std::lock_guard lock(mutex_);
  for (auto it = instances_.begin(); it != instances_.end();) {
    const std::shared_ptr<Instance>& instance = it->second;
    const bool unnamed = instance.use_count() == 1;
    const Instance::Counters counters = instance->counters();
    const bool due = counters.active == 0 && counters.idle >= idle && (unnamed || lazy);
    if (due && counters.present && instance->recycle()) ++gone;
    if (due && unnamed) {
      leaving.push_back(instance);
      it = instances_.erase(it);
    } else {
      ++it;
    }
  }
  return gone;
}

void StaticInstancePool::retire(const ModuleRegistry& registry) {
  std::vector<std::shared_ptr<Instance>> leaving;  // destroyed after the lock is gone
  const std::lock_guard lock(mutex_);
  for (auto it = instances_.begin(); it != instances_.end();) {
    const ModuleFactory* const factory = registry.find(it->first.type);
    if (factory != nullptr && factory->generation == it->first.generation) {
      ++it;
    } else {
      leaving.push_back(std::move(it->second));
      it = instances_.erase(it);
    }
  }
}

std::vector<std::shared_ptr<Instance>> StaticInstancePool::instances() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Instance>> all;
  all.reserve(instances_.size());
  for (const auto& [key, instance] : instances_) all.push_back(instance);
  return all;
}

}  // namespace patchbay::pipeline
