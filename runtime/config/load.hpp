#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"

namespace patchbay::config {

struct Loaded {
  std::optional<Settings> settings;     ///< nothing if there was any error
  std::vector<Diagnostic> diagnostics;  ///< every error and warning, by place
  std::optional<Settings> draft;        ///< with errors: what is sound, so that more can be found in it; nothing is served from it
  Located document;                     ///< the main file as it was read, to tell where a key of it stands
};

/// Reads a configuration file and everything that it includes. All faults are found at once. [init]
[[nodiscard]] Loaded load(const std::string& path);

/// Sorts by file, line and column, the main file's first.
void sort_by_place(std::vector<Diagnostic>& diagnostics, const std::string& main_file);

/// Gives a place to those that have but a key: that of the key in the main file, or of the table that it would be in.
void place(std::vector<Diagnostic>& diagnostics, const Located& document);

/// Whether any of them is an error, not a warning.
[[nodiscard]] bool has_errors(const std::vector<Diagnostic>& diagnostics);

}  // namespace patchbay::config
