#include "net/child_process.hpp"

#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace patchbay::net {

ChildProcess start_process(const std::string& program, const std::vector<std::string>& arguments,
                           std::initializer_list<std::pair<int, int>> descriptors) {
  std::vector<char*> argv;
  for (const std::string& one : arguments) argv.push_back(const_cast<char*>(one.c_str()));
  argv.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  int last = STDERR_FILENO;
  for (const auto& [ours, its] : descriptors) {
    posix_spawn_file_actions_adddup2(&files, ours, its);
    last = std::max(last, its);
  }
  // Sockets of clients and providers are none of its business, and would stay open in it.
  posix_spawn_file_actions_addclosefrom_np(&files, last + 1);
  sigset_t none, every;
  sigemptyset(&none);
  sigfillset(&every);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &every);
  // A group of its own: Ctrl-C ends the host, and that ends its processes in order.
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  ChildProcess started{};
  const int failed = posix_spawnp(&started.pid, program.c_str(), &files, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) throw std::system_error(failed, std::generic_category(), program);

  started.exit = static_cast<int>(syscall(SYS_pidfd_open, started.pid, 0));
  if (started.exit < 0) {
    const int reason = errno;
    kill(started.pid, SIGKILL);
    waitpid(started.pid, nullptr, 0);
    throw std::system_error(reason, std::generic_category(), "pidfd_open");
  }
  return started;
}

}  // namespace patchbay::net
