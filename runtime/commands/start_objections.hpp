#pragma once

#include <string>
#include <vector>

#include "commands/assemble_file.hpp"

namespace patchbay::commands {

/// What a gateway would refuse to start for although the configuration is sound in itself: where it would listen, with which certificates,
/// and how it would go out. The command line of `run` may cure the first. Of a faulty file it is judged what no fault of it has to do with.
[[nodiscard]] std::vector<config::Diagnostic> start_objections(const std::string& path, const AssembledFile& file);

}  // namespace patchbay::commands
