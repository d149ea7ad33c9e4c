#pragma once

#include <string>
#include <vector>

#include "config/located.hpp"
#include "config/unmet.hpp"

namespace patchbay::config {

/// Replaces every string of the form `file:PATH` within `server.api_keys`, `upstream.proxy` and the `config` of modules by the content of
/// that file, without its trailing line break. Relative paths start at the folder of the file that names them. Adds the files to `files`.
/// A file that cannot be read is unmet, one that everybody may read is a warning.
void resolve_secrets(Located& document, std::vector<std::string>& files, std::vector<Diagnostic>& diagnostics, std::vector<Unmet>& unmet);

}  // namespace patchbay::config
