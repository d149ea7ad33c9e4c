#include "admin/patchbay_report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace patchbay::admin {

namespace json = boost::json;
using namespace pipeline;

namespace {

constexpr std::size_t id_length = 12;  // of the hash; the same as `route explain` shows

std::string id_of(const InstanceKey& key) {
  return key.type + ":" + key.hash.substr(0, id_length) + ":" + std::to_string(key.generation) + (key.isolated ? ":process" : "");
}

json::object describe(const Instance& instance) {
  const InstanceKey& key = instance.key();
  const Instance::Counters counters = instance.counters();
  return {
      {"id", id_of(key)},
      {"kind", name_of(instance.kind())},
      {"type", key.type},
      {"plugin", instance.factory().plugin},
      {"version", instance.factory().version},
      {"generation", key.generation},
      {"isolated", key.isolated},
      {"health", name_of(counters.health)},
      {"present", counters.present},
      {"active", counters.active},
      {"uses", counters.uses},
      {"errors", counters.errors},
      {"created", counters.created},
      {"idle_ms", std::chrono::duration_cast<std::chrono::milliseconds>(counters.idle).count()},
      {"last_fault", counters.last_fault},
  };
}

json::object describe(const ChainModule& module) {
  json::object shown{{"instance", id_of(module.instance->key())}};
  if (module.condition) shown["condition"] = module.condition->text();
  return shown;
}

json::object describe(const Chain& chain) {
  json::array modules;
  for (const ChainModule& module : chain.transforms) modules.push_back(describe(module));
  modules.push_back(describe(chain.provider));
  return {{"id", chain.id}, {"weight", chain.weight}, {"modules", std::move(modules)}};
}

json::object describe(const AssembledRoute& route) {
  json::array targets;
  for (const auto& chain : route.chains) targets.push_back(describe(*chain));
  const config::Route& settings = route.settings;
  return {
      {"id", settings.id},
      {"priority", settings.priority},
      {"enabled", settings.enabled},
      {"balance", settings.balance},
      {"pattern", settings.pattern_source.value},
      {"targets", std::move(targets)},
  };
}

}  // namespace

json::value describe(const Assembly& assembly, const StaticInstancePool& pool) {
  json::array routes, waiting, instances;
  for (const auto& route : assembly.routes) routes.push_back(describe(*route));
  for (const WaitingRoute& route : assembly.waiting) waiting.push_back({{"id", route.id}, {"module_type", route.module_type}});
  for (const auto& instance : pool.instances()) instances.push_back(describe(*instance));
  return json::object{
      {"generation", assembly.generation},
      {"routes", std::move(routes)},
      {"waiting", std::move(waiting)},
      {"instances", std::move(instances)},
  };
}

}  // namespace patchbay::admin
