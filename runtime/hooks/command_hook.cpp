#include "hooks/command_hook.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "hooks/hook_text.hpp"
#include "net/child_process.hpp"
#include "patchbay/plain_json.hpp"

namespace patchbay::hooks {

namespace {

constexpr std::chrono::milliseconds look_again{100};

/// A file in memory that a program reads from its beginning, however slowly, without anybody to feed it.
class Input {
 public:
  explicit Input(std::string_view text) : descriptor_(memfd_create("event", MFD_CLOEXEC)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "memfd_create");
    while (!text.empty()) {
      const ssize_t written = write(descriptor_, text.data(), text.size());
      if (written < 0) break;  // the program reads less, and says so
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    lseek(descriptor_, 0, SEEK_SET);
  }
  ~Input() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Input(const Input&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  const int descriptor_;
};

}  // namespace

CommandHook::CommandHook(std::string id, config::CommandSettings settings) : id_(std::move(id)), settings_(std::move(settings)) {}

CommandHook::~CommandHook() {
  while (!running_.empty()) reap(settings_.timeout);
}

void CommandHook::on(const HookEvent& event) const {
  while (running_.size() >= settings_.max_parallel) reap(settings_.timeout);
  start(plain_json(object_of(event)) + "\n");
  complain();
}

std::optional<std::chrono::milliseconds> CommandHook::settle() const {
  reap(std::chrono::milliseconds::zero());
  complain();
  if (running_.empty()) return std::nullopt;
  return look_again;
}

void CommandHook::start(std::string_view input) const {
  const Input event(input);
  // In a process group of its own, so that what it starts can be killed with it; its output goes where our log does.
  const net::ChildProcess started =
      net::start_process(settings_.argv.front(), settings_.argv, {{event.descriptor(), STDIN_FILENO}, {STDERR_FILENO, STDOUT_FILENO}});
  running_.push_back({started.pid, started.exit, Clock::now() + settings_.timeout});
}

void CommandHook::reap(std::chrono::milliseconds longest) const {
  const Clock::time_point now = Clock::now();
  std::vector<pollfd> watched;
  for (const Running& one : running_) {
    watched.push_back({one.ended, POLLIN, 0});
    longest = std::min(longest, std::chrono::ceil<std::chrono::milliseconds>(std::max(one.deadline - now, Clock::duration::zero())));
  }
  if (poll(watched.data(), watched.size(), static_cast<int>(longest.count())) < 0) return;
  for (std::size_t i = watched.size(); i-- > 0;) {
    const bool late = watched[i].revents == 0;
    if (!late || Clock::now() >= running_[i].deadline) bury(i, late);
  }
}

void CommandHook::bury(std::size_t index, bool late) const {
  const Running gone = running_[index];
  running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(index));
  if (late) kill(-gone.pid, SIGKILL);
  int status = 0;
  while (waitpid(gone.pid, &status, 0) < 0 && errno == EINTR) {
  }
  close(gone.ended);
  const std::string& program = settings_.argv.front();
  if (late)
    failure_ = program + " was killed: it took longer than " + std::to_string(settings_.timeout.count()) + " ms";
  else if (WIFSIGNALED(status))
    failure_ = program + " was ended by signal " + std::to_string(WTERMSIG(status));
  else if (WEXITSTATUS(status) != 0)
    failure_ = program + " ended with status " + std::to_string(WEXITSTATUS(status));
  else
    ++succeeded_;
}

void CommandHook::complain() const {
  if (!failure_.empty()) throw std::runtime_error(std::exchange(failure_, {}));
}

}  // namespace patchbay::hooks
