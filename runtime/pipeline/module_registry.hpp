#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "patchbay/module.hpp"

namespace patchbay::pipeline {

/// Where instances of one module type come from.
struct ModuleFactory {
  std::string type;
  ModuleKind kind = ModuleKind::provider;
  std::string plugin;  ///< id of the plugin that brought it
  std::string version;
  std::uint64_t generation = 0;  ///< rises each time the plugin is loaded anew; instances of different generations are never the same
  boost::json::value schema;     ///< JSON Schema of the configuration

  /// Makes a module; throws config::Error for a configuration that it cannot take, std::exception for any other reason.
  /// The module keeps its library loaded by itself. [init]
  std::function<std::shared_ptr<Module>(const boost::json::value& config)> make;

  /// Makes it in a process of its plugin: a RemoteTransform or RemoteProvider stands for it here. Empty where that is not offered. [init]
  std::function<std::shared_ptr<Module>(const boost::json::value& config)> make_isolated;
};

/// Module type → factory. Built in `main` and passed down; immutable once it is part of an Assembly.
class ModuleRegistry {
 public:
  /// False, and nothing changes, if the type is there already.
  bool add(ModuleFactory factory);

  [[nodiscard]] const ModuleFactory* find(std::string_view type) const;
  [[nodiscard]] const std::map<std::string, ModuleFactory, std::less<>>& factories() const { return factories_; }
  /// Every type of that kind, sorted.
  [[nodiscard]] std::vector<std::string> types(ModuleKind kind) const;

 private:
  std::map<std::string, ModuleFactory, std::less<>> factories_;
};

}  // namespace patchbay::pipeline
