#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"

namespace patchbay::config {

struct Loaded {
  std::optional<Settings> settings;     ///< nothing if there was any error
  std::vector<Diagnostic> diagnostics;  ///< every error and warning, by place
};

/// Reads a configuration file and everything that it includes. All faults are found at once. [init]
[[nodiscard]] Loaded load(const std::string& path);

/// Sorts by file, line and column, the main file's first.
void sort_by_place(std::vector<Diagnostic>& diagnostics, const std::string& main_file);

/// Whether any of them is an error, not a warning.
[[nodiscard]] bool has_errors(const std::vector<Diagnostic>& diagnostics);

}  // namespace patchbay::config
