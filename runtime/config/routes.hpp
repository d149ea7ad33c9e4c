#pragma once

#include <vector>

#include "config/settings.hpp"

namespace patchbay::config {

/// Adds the `[library.NAME]` entries of a document to `settings.library`.
void read_library(const Located& document, Settings& settings, std::vector<Diagnostic>& diagnostics);

/// Adds the `[[routes]]` of a document to `settings.routes`, with their modules resolved from `settings.library`. `index` counts the routes
/// of all documents.
void read_routes(const Located& document, std::size_t& index, Settings& settings, std::vector<Diagnostic>& diagnostics);

}  // namespace patchbay::config
