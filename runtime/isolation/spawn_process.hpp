#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace patchbay::isolation {

struct SpawnedProcess {
  pid_t pid;
  int exit;  ///< readable once the process has ended (pidfd_open(2)); the caller's to close
};

/// Where a spawned process finds its control socket.
inline constexpr int control_descriptor = 3;

/// Starts a child process that has standard input, output and error, `control` as its descriptor 3, and nothing else of ours. It is of a
/// process group of its own and has no signal blocked or handled. Throws std::system_error. [thread-safe]
[[nodiscard]] SpawnedProcess spawn_process(const std::filesystem::path& executable, const std::vector<std::string>& arguments, int control);

}  // namespace patchbay::isolation
