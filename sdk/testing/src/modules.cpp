#include "patchbay/testing/modules.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <stdexcept>

#include "patchbay/c_plugin.hpp"
#include "patchbay/config.hpp"
#include "patchbay/testing/library.hpp"

namespace patchbay::testing {

namespace {

/// The module as the class that a test asks for.
template <class Wanted>
std::unique_ptr<Wanted> as(std::unique_ptr<Module> module, std::string_view type) {
  auto* const wanted = dynamic_cast<Wanted*>(module.get());
  if (wanted == nullptr) throw std::invalid_argument("module type '" + std::string(type) + "' is of another class");
  module.release();
  return std::unique_ptr<Wanted>(wanted);
}

/// The module of that type, of a plugin of either kind.
template <class Plugin>
const auto& find(const Plugin& plugin, std::string_view type) {
  for (std::uint32_t i = 0; i < plugin.module_count; ++i)
    if (plugin.modules[i]->type == type) return *plugin.modules[i];
  throw std::invalid_argument("plugin '" + std::string(plugin.id) + "' has no module type '" + std::string(type) + "'");
}

}  // namespace

Modules::Modules(const Library& library) : c_plugin_(library.c_plugin()) {
  if (c_plugin_ == nullptr) plugin_ = &library.plugin();
}

const patchbay_module_descriptor& Modules::descriptor(std::string_view type) const {
  if (plugin_ == nullptr) throw std::invalid_argument("the plugin is behind patchbay.h and has no descriptor of C++");
  return find(*plugin_, type);
}

std::unique_ptr<Module> Modules::make(std::string_view type, std::string_view config) const {
  const boost::json::value parsed = boost::json::parse(config);
  const Host& services = host;
  if (c_plugin_ != nullptr) return c_plugin::make(find(*c_plugin_, type), parsed, services);
  return std::unique_ptr<Module>(static_cast<Module*>(descriptor(type).create(&parsed, &services)));
}

std::unique_ptr<Transform> Modules::transform(std::string_view type, std::string_view config) const {
  return as<Transform>(make(type, config), type);
}

std::unique_ptr<Provider> Modules::provider(std::string_view type, std::string_view config) const {
  return as<Provider>(make(type, config), type);
}

std::unique_ptr<Hook> Modules::hook(std::string_view type, std::string_view config) const { return as<Hook>(make(type, config), type); }

std::vector<std::string> Modules::faults(std::string_view type, std::string_view config) const {
  std::vector<std::string> found;
  try {
    static_cast<void>(make(type, config));
  } catch (const config::Error& error) {
    for (const config::Fault& fault : error.faults()) {
      found.push_back(fault.pointer + ": " + fault.message);
      if (!fault.suggestion.empty()) found.back() += " (did you mean '" + fault.suggestion + "'?)";
    }
  }
  return found;
}

}  // namespace patchbay::testing
