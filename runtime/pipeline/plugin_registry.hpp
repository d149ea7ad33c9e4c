#pragma once

#include <memory>
#include <vector>

#include "pipeline/module_registry.hpp"
#include "plugins/plugin.hpp"
#include "plugins/reaper.hpp"

namespace patchbay::pipeline {

/// What some plugins bring. Modules that are made of it leave their end to the reaper, if there is one.
[[nodiscard]] ModuleRegistry registry_of(const std::vector<std::shared_ptr<const plugins::Plugin>>& plugins,
                                         plugins::Reaper* reaper = nullptr);

}  // namespace patchbay::pipeline
