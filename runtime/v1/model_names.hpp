#pragma once

#include <map>
#include <string>
#include <vector>

namespace patchbay::v1 {

/// Names that clients may use as model, as one expression.
struct NamedModels {
  std::string pattern;             ///< for `pattern.model` of a route
  std::string model;               ///< for `model` of its targets: the same for all, or the expression's first group
  std::vector<std::string> names;  ///< what the expression matches
};

/// "glm.glm-4.6" and "glm.glm-4.5" as one expression with the model as its group; one for every model apart if they have no such form.
/// `names` is name → model.
[[nodiscard]] std::vector<NamedModels> named_models(const std::map<std::string, std::string>& names);

}  // namespace patchbay::v1
