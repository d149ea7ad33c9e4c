#pragma once

#include <sys/types.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::net {

struct ChildProcess {
  pid_t pid;
  int exit;  ///< readable once the process has ended (pidfd_open(2)); the caller's to close
};

/// Starts a program, looked for in PATH if its name has no slash; `arguments` begin with its name. It has our standard input, output and
/// error, but for what `descriptors` say (one of ours, and where it finds it), and nothing else that is open here. It is of a process group
/// of its own and has no signal blocked or handled. Throws std::system_error naming the program. [thread-safe]
[[nodiscard]] ChildProcess start_process(const std::string& program, const std::vector<std::string>& arguments,
                                         std::initializer_list<std::pair<int, int>> descriptors);

}  // namespace patchbay::net
