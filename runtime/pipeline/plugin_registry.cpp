#include "pipeline/plugin_registry.hpp"

#include "plugins/host_services.hpp"

namespace patchbay::pipeline {

ModuleRegistry registry_of(const std::vector<std::shared_ptr<const plugins::Plugin>>& plugins, plugins::Reaper* reaper,
                           const MakeIsolated& make_isolated, const BeforeMaking& before_making) {
  ModuleRegistry registry;
  for (const std::shared_ptr<const plugins::Plugin>& plugin : plugins) {
    const plugins::PluginInfo& info = plugin->info();
    for (std::size_t i = 0; i < info.modules.size(); ++i) {
      const plugins::ModuleInfo& module = info.modules[i];
      ModuleFactory factory;
      factory.type = module.type;
      factory.kind = module.kind;
      factory.plugin = info.id;
      factory.version = info.version;
      factory.generation = info.generation;
      factory.schema = module.schema;
      factory.make = [plugin, i, reaper, before_making,
                      services = plugins::make_host_services(module.type)](const boost::json::value& config) {
        if (before_making) before_making(plugin->info(), i, config);
        std::shared_ptr<Module> made = plugin->make(i, config, services);
        return reaper != nullptr ? reaper->defer(std::move(made)) : made;
      };
      if (make_isolated)
        factory.make_isolated = [plugin, i, reaper, make_isolated](const boost::json::value& config) {
          std::shared_ptr<Module> made = make_isolated(plugin, i, config);
          return reaper != nullptr ? reaper->defer(std::move(made)) : made;
        };
      registry.add(std::move(factory));
    }
  }
  return registry;
}

}  // namespace patchbay::pipeline
