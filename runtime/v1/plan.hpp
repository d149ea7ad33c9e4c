#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "patchbay/module.hpp"
#include "v1/configuration.hpp"

/// A V1 configuration as chains of Patchbay's modules. Both what the V1 engine serves and what the migrator writes is made of it, so that
/// the two agree by construction.
namespace patchbay::v1 {

struct PlanModule {
  std::string name;  ///< unique, and good for a TOML key
  std::string type;
  ModuleKind kind = ModuleKind::provider;
  boost::json::object config;  ///< with references in place of keys
  std::string origin;          ///< where in the V1 file
};

struct PlanTarget {
  std::string id;  ///< "provider.model" or "provider.model.key"
  std::uint32_t weight = 1;
  std::string model;                 ///< empty: the client's
  std::vector<std::string> modules;  ///< by name, in the order that requests pass
};

struct PlanRoute {
  std::string id;
  std::string category;                      ///< empty: it is found by names
  std::map<std::string, std::string> names;  ///< what a client may call it → the model that is then asked for
  bool custom = false;                       ///< a category that no request is of by itself; `names` has its name
  std::string balance = "round-robin";
  std::vector<PlanTarget> targets;    ///< one if it is found by names; its model is that of the name
  std::vector<std::string> fallback;  ///< ids of routes that are asked when this one cannot
  bool is_fallback = false;           ///< asked in no other way
  std::uint64_t first_byte_ms = 0;    ///< 0: as configured
  std::string origin;
};

struct Plan {
  std::string listen;
  std::vector<std::string> api_keys;
  config::ClassificationSettings classification;
  std::vector<PlanModule> modules;
  std::vector<PlanRoute> routes;
  std::map<std::string, std::string> secrets;  ///< as in Configuration, and likewise below
  std::map<std::string, std::string> wanted;
  std::vector<Note> notes;  ///< the configuration's, and what lowering has to say

  [[nodiscard]] const PlanModule& module(std::string_view name) const;
};

/// [init]
[[nodiscard]] Plan lower(const Configuration& configuration);

}  // namespace patchbay::v1
