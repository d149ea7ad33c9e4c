#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/settings.hpp"

namespace patchbay::config {

/// What the static architecture (V1) serves: pools of pipelines, and the names that lead to them. The modules of a pipeline are its own:
/// their `owner` is its name.
struct StaticPlan {
  std::vector<Route> routes;                                   ///< a route is a pool; its targets are pipelines
  std::map<std::string, std::string, std::less<>> categories;  ///< category → id of a route
  std::map<std::string, std::string, std::less<>> models;      ///< what a client may name as model → id of a route
  ClassificationSettings classification;
};

}  // namespace patchbay::config
