#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "net/child_process.hpp"

namespace patchbay::isolation {

using SpawnedProcess = net::ChildProcess;

/// Where a spawned process finds its control socket.
inline constexpr int control_descriptor = 3;

/// Starts a child process that has standard input, output and error, `control` as its descriptor 3, and nothing else of ours. Throws
/// std::system_error. [thread-safe]
[[nodiscard]] SpawnedProcess spawn_process(const std::filesystem::path& executable, const std::vector<std::string>& arguments, int control);

}  // namespace patchbay::isolation
