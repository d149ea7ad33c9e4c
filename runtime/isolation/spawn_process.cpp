#include "isolation/spawn_process.hpp"

#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace patchbay::isolation {

SpawnedProcess spawn_process(const std::filesystem::path& executable, const std::vector<std::string>& arguments, int control) {
  std::vector<char*> argv;
  for (const std::string& one : arguments) argv.push_back(const_cast<char*>(one.c_str()));
  argv.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&files, control, control_descriptor);
  // Sockets of clients and providers are none of its business, and would stay open in it.
  posix_spawn_file_actions_addclosefrom_np(&files, control_descriptor + 1);
  sigset_t none, every;
  sigemptyset(&none);
  sigfillset(&every);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &every);
  // A group of its own: Ctrl-C ends the host, and that ends its processes in order.
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  SpawnedProcess spawned{};
  const int failed = posix_spawn(&spawned.pid, executable.c_str(), &files, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) throw std::system_error(failed, std::generic_category(), executable.string());

  spawned.exit = static_cast<int>(syscall(SYS_pidfd_open, spawned.pid, 0));
  if (spawned.exit < 0) {
    const int reason = errno;
    kill(spawned.pid, SIGKILL);
    waitpid(spawned.pid, nullptr, 0);
    throw std::system_error(reason, std::generic_category(), "pidfd_open");
  }
  return spawned;
}

}  // namespace patchbay::isolation
