#pragma once

#include <string>
#include <vector>

#include "config/located.hpp"

namespace patchbay::config {

/// What a file asked of its surroundings and did not get: an environment variable, a secret file. It is a fault where the part that asked
/// for it is used; a library may hold entries for vendors whose keys nobody here has.
struct Unmet {
  std::string pointer;  ///< the string that asked
  Diagnostic fault;
};

/// Those that matter in a document: all of them, but for library entries that nobody names. `used` are the names that are.
[[nodiscard]] std::vector<Diagnostic> faults_of(std::vector<Unmet> unmet, const std::vector<std::string>& used);

/// The library entries that a document's routes and hooks name, sound or not, each with its name as a token of a JSON pointer.
void add_used_entries(const Located& document, std::vector<std::string>& used);

}  // namespace patchbay::config
