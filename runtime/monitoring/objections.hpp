#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"

namespace patchbay::monitoring {

/// What is wrong with a setting.
struct Objection {
  std::string key;
  std::string message;
};

/// What no schema can say about the settings of observation: addresses that are none, expressions that do not compile.
[[nodiscard]] std::vector<Objection> objections(const config::Settings& settings);

}  // namespace patchbay::monitoring
