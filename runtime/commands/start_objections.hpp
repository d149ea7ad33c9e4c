#pragma once

#include <vector>

#include "config/settings.hpp"

namespace patchbay::commands {

/// What a gateway would refuse to start for although the configuration is sound in itself: where it would listen, and how it would go out.
/// The command line of `run` may cure the former.
[[nodiscard]] std::vector<config::Diagnostic> start_objections(const std::string& file, const config::Settings& settings);

}  // namespace patchbay::commands
