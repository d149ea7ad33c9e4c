#include "isolation/process_death.hpp"

#include <sys/wait.h>

#include <cstring>

namespace patchbay::isolation {

namespace {

std::string signal_text(int signal) {
  const char* const name = sigabbrev_np(signal);
  return std::to_string(signal) + (name != nullptr ? " (SIG" + std::string(name) + ")" : std::string());
}

}  // namespace

std::string death_text(int wait_status, const std::optional<Cause>& cause) {
  if (cause) switch (cause->kind) {
      case Cause::Kind::timeout: return "was ended because it took longer than " + cause->text + " over one message";
      case Cause::Kind::memory: return "was ended because it took " + cause->text + " of memory";
      case Cause::Kind::malformed: return "was ended because it sent what it may not send: " + cause->text;
      case Cause::Kind::hung_up: return "was ended because it closed a socket to the host";
      case Cause::Kind::refused: return "could not load the plugin: " + cause->text;
      case Cause::Kind::stopped: return "was ended because nothing needs it any more";
    }
  if (WIFSIGNALED(wait_status)) return "was killed by signal " + signal_text(WTERMSIG(wait_status));
  return "ended with exit status " + std::to_string(WEXITSTATUS(wait_status));
}

}  // namespace patchbay::isolation
