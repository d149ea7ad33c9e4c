#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "pipeline/module_registry.hpp"
#include "replay/record.hpp"

namespace patchbay::replay {

struct Manner {
  bool live = false;                ///< ask the real upstream
  std::vector<std::string> ignore;  ///< JSON pointers to what may differ
};

/// Plays a record through a configuration, with instances and health of its own, and compares. Nothing that serves is touched. May take
/// its time. Throws Unplayable if the configuration cannot be assembled, or the replay does not come to an end. [init]
[[nodiscard]] boost::json::object replay(const pipeline::ModuleRegistry& registry, const config::Settings& settings, const Record& record,
                                         const Manner& manner);

}  // namespace patchbay::replay
