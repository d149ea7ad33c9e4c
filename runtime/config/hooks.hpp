#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace patchbay::config {

/// Adds the `[[hooks]]` of a document to `settings.hooks`, with their modules resolved from `settings.library`.
void read_hooks(const Located& document, Settings& settings, std::vector<Diagnostic>& diagnostics);

}  // namespace patchbay::config
