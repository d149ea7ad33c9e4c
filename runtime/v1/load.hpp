#pragma once

#include <string>

#include "config/load.hpp"
#include "v1/plan.hpp"

namespace patchbay::v1 {

/// Whether a file is a V1 configuration by its name: JSON, not TOML.
[[nodiscard]] bool is_v1(const std::string& path);

/// Reads a configuration of either kind: TOML, with the V1 file that its `[v1]` names; or a V1 file alone, which is then all there is.
/// Pipelines of it that cannot serve are warnings as long as one can. [init]
[[nodiscard]] config::Loaded load(const std::string& path);

/// A V1 file on its way to what is made of it.
struct Lowered {
  std::optional<Plan> plan;  ///< nothing if there was any error
  config::Located document;
  std::string dialect;
};

/// Reads and lowers a V1 file. With `for_serving`, pipelines whose keys are in variables that are not set are left out.
[[nodiscard]] Lowered read_and_lower(const std::string& path, bool for_serving, std::vector<config::Diagnostic>& diagnostics);

}  // namespace patchbay::v1
