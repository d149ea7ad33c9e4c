#pragma once

#include <boost/json/value.hpp>

#include "pipeline/assembly.hpp"
#include "pipeline/static_instance_pool.hpp"

namespace patchbay::admin {

/// The patchbay as it stands: `{generation, routes: [{id, priority, enabled, balance, pattern, targets: [{id, weight, modules: [{instance,
/// condition}]}]}], waiting: [{id, module_type}], instances: [{id, kind, type, plugin, version, generation, isolated, health, present,
/// active, uses, errors, created, idle_ms, last_fault}]}`. [thread-safe]
[[nodiscard]] boost::json::value describe(const pipeline::Assembly& assembly, const pipeline::StaticInstancePool& pool);

}  // namespace patchbay::admin
