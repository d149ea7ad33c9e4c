#include "plugins/validator/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

#include "plugins/validator/memory.hpp"

namespace patchbay::plugins::validator {

namespace {

constexpr std::size_t most_errors = 16u << 10;
constexpr std::size_t most_report = 4u << 20;

/// A file descriptor that is closed with the object.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool open() const { return number_ >= 0; }
  void close() {
    if (open()) ::close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Pipe make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

/// `grace` lies between the signal that says so and the one that ends it.
void limit(int resource, rlim_t value, rlim_t grace = 0) {
  const rlimit both{value, value + grace};
  (void)setrlimit(static_cast<decltype(RLIMIT_CPU)>(resource), &both);
}

/// Between fork and exec: only calls that are safe there.
[[noreturn]] void become(char* const* arguments, const Limits& limits, bool limit_memory, int report, int errors) {
  setpgid(0, 0);
  const int nothing = ::open("/dev/null", O_RDWR);
  // A source that is the very descriptor it goes to would keep O_CLOEXEC, so all go through numbers above.
  const int report_copy = fcntl(report, F_DUPFD, 10);
  const int errors_copy = fcntl(errors, F_DUPFD, 10);
  const bool ready = dup2(nothing, STDIN_FILENO) >= 0 && dup2(nothing, STDOUT_FILENO) >= 0 && dup2(errors_copy, STDERR_FILENO) >= 0 &&
                     dup2(report_copy, report_descriptor) >= 0;
  ::close(report_copy);
  ::close(errors_copy);
  if (nothing > report_descriptor) ::close(nothing);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, static_cast<rlim_t>(limits.wall.count() / 1000 + 1), 5);
  if (limit_memory) limit(RLIMIT_AS, limits.memory);
  if (ready) execv(arguments[0], arguments);
  _exit(127);
}

/// Takes what is there to read; closes the descriptor at its end.
void drain(Descriptor& from, std::string& into, std::size_t most) {
  std::array<char, 4096> buffer;
  const ssize_t count = ::read(from.number(), buffer.data(), buffer.size());
  if (count > 0)
    into.append(buffer.data(), std::min(static_cast<std::size_t>(count), most - std::min(most, into.size())));
  else if (count == 0 || (errno != EAGAIN && errno != EINTR))
    from.close();
}

}  // namespace

Ended run_child(const std::vector<std::string>& command, const Limits& limits) {
  Pipe report = make_pipe();
  Pipe errors = make_pipe();
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const bool limit_memory = !memory_is_instrumented();

  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "cannot start a process");
  if (child == 0) become(arguments.data(), limits, limit_memory, report.write.number(), errors.write.number());
  setpgid(child, child);  // here as well: whoever comes first
  report.write.close();
  errors.write.close();
  for (const Descriptor* const end : {&report.read, &errors.read}) fcntl(end->number(), F_SETFL, O_NONBLOCK);

  Ended ended;
  const auto deadline = std::chrono::steady_clock::now() + limits.wall;
  int status = 0;
  bool gone = false;
  while (!gone) {
    std::array<pollfd, 2> waiting = {{{report.read.number(), POLLIN, 0}, {errors.read.number(), POLLIN, 0}}};
    (void)poll(waiting.data(), waiting.size(), 10);
    gone = waitpid(child, &status, WNOHANG) == child;  // before reading: what was written is then all there
    for (int more = 0; more < 64 && report.read.open(); ++more) drain(report.read, ended.report, most_report);
    for (int more = 0; more < 64 && errors.read.open(); ++more) drain(errors.read, ended.errors, most_errors);
    if (!gone && std::chrono::steady_clock::now() > deadline) {
      ended.how = Ended::How::timed_out;
      kill(-child, SIGKILL);
      while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
      }
      return ended;
    }
  }
  kill(-child, SIGKILL);  // what it started and left behind
  if (WIFSIGNALED(status)) {
    ended.how = WTERMSIG(status) == SIGXCPU ? Ended::How::timed_out : Ended::How::signalled;
    ended.number = WTERMSIG(status);
  } else {
    ended.number = WEXITSTATUS(status);
  }
  return ended;
}

std::string signal_text(int signal) {
  const char* const name = sigabbrev_np(signal);
  const char* const description = sigdescr_np(signal);
  return name == nullptr ? "signal " + std::to_string(signal) : "SIG" + std::string(name) + " (" + description + ")";
}

}  // namespace patchbay::plugins::validator
