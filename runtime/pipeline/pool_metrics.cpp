#include "pipeline/pool_metrics.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

namespace patchbay::pipeline {

namespace {

constexpr std::array health_states{Health::healthy, Health::degraded, Health::unhealthy};

constexpr std::size_t most_instances = 1'000;  // that have a series of their own

struct OfType {
  std::array<std::uint64_t, health_states.size()> by_health{};
  std::uint64_t present = 0;
  std::uint64_t active = 0;
  std::uint64_t uses = 0;
  std::uint64_t errors = 0;
  std::uint64_t created = 0;
};

}  // namespace

void add_metrics(const StaticInstancePool& pool, monitoring::PrometheusText& text) {
  std::map<std::string, OfType> types;
  std::map<std::pair<std::string, std::string>, std::uint64_t> instances;  // the worst of those that are configured alike
  for (const auto& instance : pool.instances()) {
    const Instance::Counters counters = instance->counters();
    OfType& type = types[instance->key().type];
    ++type.by_health[static_cast<std::size_t>(counters.health)];
    type.present += counters.present ? 1 : 0;
    type.active += counters.active;
    type.uses += counters.uses;
    type.errors += counters.errors;
    type.created += counters.created;
    if (instances.size() >= most_instances) continue;
    std::uint64_t& worst = instances[{instance->key().type, instance->key().hash.substr(0, 12)}];
    worst = std::max(worst, static_cast<std::uint64_t>(counters.health));
  }
  text.metric("patchbay_pool_instances", "gauge", "Places in the pool: distinct configurations of a module type, by health.");
  for (const auto& [type, of] : types)
    for (const Health health : health_states)
      text.sample({{"type", type}, {"health", name_of(health)}}, of.by_health[static_cast<std::size_t>(health)]);

  text.metric("patchbay_pool_instance_health", "gauge",
              "The health of each configuration of a module: 0 healthy, 1 degraded, 2 unhealthy.");
  for (const auto& [instance, health] : instances) text.sample({{"type", instance.first}, {"instance", instance.second}}, health);

  const auto show = [&](std::string_view name, std::string_view kind, std::string_view help, std::uint64_t OfType::*number) {
    text.metric(name, kind, help);
    for (const auto& [type, of] : types) text.sample({{"type", type}}, of.*number);
  };
  show("patchbay_pool_instances_present", "gauge", "Those whose module is made and ready.", &OfType::present);
  show("patchbay_pool_instances_active", "gauge", "Connections that have an instance in use.", &OfType::active);
  // The three below fall when an instance leaves the pool, as a counter does when a process starts anew.
  show("patchbay_pool_uses_total", "counter", "Connections that used an instance, of the instances in the pool.", &OfType::uses);
  show("patchbay_pool_errors_total", "counter", "Faults of instances, of the instances in the pool.", &OfType::errors);
  show("patchbay_pool_created_total", "counter", "Modules made, of the instances in the pool.", &OfType::created);
}

}  // namespace patchbay::pipeline
