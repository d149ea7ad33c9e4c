#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "pipeline/module_registry.hpp"
#include "plugins/plugin.hpp"
#include "plugins/reaper.hpp"

namespace patchbay::pipeline {

/// Makes module number `index` of a plugin in a process of that plugin. Throws like Plugin::make. [init]
using MakeIsolated = std::function<std::shared_ptr<Module>(const std::shared_ptr<const plugins::Plugin>& plugin, std::size_t index,
                                                           const boost::json::value& config)>;

/// Is told what is about to be made in this process. Throws std::exception if it must not be. [init]
using BeforeMaking = std::function<void(const plugins::PluginInfo& plugin, std::size_t index, const boost::json::value& config)>;

/// What some plugins bring. Modules that are made of it leave their end to the reaper, if there is one.
[[nodiscard]] ModuleRegistry registry_of(const std::vector<std::shared_ptr<const plugins::Plugin>>& plugins,
                                         plugins::Reaper* reaper = nullptr, const MakeIsolated& make_isolated = {},
                                         const BeforeMaking& before_making = {});

}  // namespace patchbay::pipeline
