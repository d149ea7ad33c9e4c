#include "patchbay/testing/modules.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <stdexcept>

#include "patchbay/config.hpp"

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

}  // namespace

const patchbay_module_descriptor& Modules::descriptor(std::string_view type) const {
  for (std::uint32_t i = 0; i < plugin_.module_count; ++i)
    if (plugin_.modules[i]->type == type) return *plugin_.modules[i];
  throw std::invalid_argument("plugin '" + std::string(plugin_.id) + "' has no module type '" + std::string(type) + "'");
}

std::unique_ptr<Module> Modules::make(std::string_view type, std::string_view config) const {
  const boost::json::value parsed = boost::json::parse(config);
  const Host& services = host;
  return std::unique_ptr<Module>(static_cast<Module*>(descriptor(type).create(&parsed, &services)));
}

std::unique_ptr<Transform> Modules::transform(std::string_view type, std::string_view config) const {
  return as<Transform>(make(type, config), type);
}

std::unique_ptr<Provider> Modules::provider(std::string_view type, std::string_view config) const {
  return as<Provider>(make(type, config), type);
}

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
