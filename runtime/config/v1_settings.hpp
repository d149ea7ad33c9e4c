#pragma once

#include <boost/describe/class.hpp>
#include <memory>
#include <string>

#include "patchbay/config.hpp"

namespace patchbay::config {

struct StaticPlan;

/// `[v1]`
struct V1Settings {
  std::string config;
  std::shared_ptr<const StaticPlan> plan;  ///< what that file says; null if there is none

  static constexpr Doc docs[] = {
      {.field = "config", .text = "A V1 configuration (JSON) that is served beside this one; relative to this file."},
  };
};
BOOST_DESCRIBE_STRUCT(V1Settings, (), (config))

}  // namespace patchbay::config
