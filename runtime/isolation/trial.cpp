#include "isolation/trial.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <set>
#include <stdexcept>

#include "isolation/frames.hpp"
#include "isolation/hosted_plugin.hpp"
#include "isolation/process_death.hpp"
#include "isolation/spawn_process.hpp"
#include "plugins/load_failure.hpp"

namespace patchbay::isolation {

using std::chrono::steady_clock;

namespace {

constexpr std::chrono::milliseconds last_words{1'000};  // from the end of its socket to its own

}  // namespace

struct Trial::Process {
  Process(const Supervisor::Options& options, const HostedPluginOptions& plugin, std::chrono::milliseconds time)
      : limit(time), deadline(steady_clock::now() + time) {
    auto [ours, theirs] = make_socket_pair();
    const SpawnedProcess spawned = spawn_process(options.executable, command_of(plugin), theirs.get());
    pid = spawned.pid;
    exit = OwnedDescriptor(spawned.exit);
    control = std::make_unique<ControlSocket>(
        io, std::move(ours), [this](Frame& frame) { on_frame(frame); },
        [this](const std::string& malformed) {
          if (!malformed.empty()) cause = {.kind = Cause::Kind::malformed, .text = malformed};
          over = true;
        });
  }

  ~Process() {
    if (pid != 0) (void)end();
  }

  void on_frame(Frame& frame) {
    if (frame.kind == FrameKind::refused) cause = {.kind = Cause::Kind::refused, .text = std::string(frame.body.text())};
    if (frame.kind != FrameKind::ready && frame.kind != FrameKind::made && frame.kind != FrameKind::not_made && !cause)
      throw MalformedFrame("a frame that a trial does not have");
    answered = true;
  }

  /// Waits for the next answer. How the process ended, if it did, and nothing otherwise.
  std::optional<std::string> wait() {
    for (answered = false; !answered && !over;) {
      if (steady_clock::now() >= deadline) {
        cause = {.kind = Cause::Kind::timeout, .text = std::to_string(limit.count()) + " ms"};
        return end();
      }
      io.restart();
      io.run_one_until(deadline);
    }
    if (over || cause) return end();
    return std::nullopt;
  }

  /// Ends it, at once unless it is about to end by itself, and says how it ended.
  std::string end() {
    int status = 0;
    const auto patience = steady_clock::now() + last_words;
    while (over && !cause && steady_clock::now() < patience)  // how it died says more than that it hung up
      if (waitpid(pid, &status, WNOHANG) == pid) {
        pid = 0;
        return death_text(status, cause);
      } else {
        usleep(1'000);
      }
    kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    pid = 0;
    return death_text(status, cause);
  }

  const std::chrono::milliseconds limit;
  const steady_clock::time_point deadline;
  boost::asio::io_context io{1};
  std::unique_ptr<ControlSocket> control;
  OwnedDescriptor exit;
  pid_t pid = 0;
  std::optional<Cause> cause;
  bool answered = false;
  bool over = false;
  std::set<std::pair<std::size_t, std::string>> made;
};

Trial::Trial(const Supervisor::Options& options, const plugins::StagedFile& staged, std::string origin, std::uint64_t generation,
             std::chrono::milliseconds limit)
    : origin_(std::move(origin)), generation_(generation) {
  const HostedPluginOptions plugin{.parent = getpid(),
                                   .plugin = staged.path().string(),
                                   .origin = origin_,
                                   .hash = staged.hash(),
                                   .generation = generation,
                                   .memory = options.memory,
                                   .log_level = "off",  // it would be logged twice
                                   .log_format = options.log_format};
  process_ = std::make_unique<Process>(options, plugin, limit);
  if (const std::optional<std::string> death = process_->wait()) {
    // What the loader of the other process refuses, that of this one would refuse in the same words.
    const bool refused = process_->cause && process_->cause->kind == Cause::Kind::refused;
    process_.reset();
    if (!refused) throw plugins::LoadFailure(plugins::FailureCode::trial_failed, origin_, "loaded on trial, its process " + *death);
  }
}

Trial::~Trial() = default;

void Trial::make(std::size_t index, const boost::json::value& config) {
  const std::lock_guard lock(mutex_);
  if (!process_) return;
  const auto [recipe, is_new] = process_->made.emplace(index, boost::json::serialize(config));
  if (!is_new) return;
  std::string frame;
  {
    FrameWriter out(frame, FrameKind::make, process_->made.size());
    out.number(process_->made.size());
    out.number(index);
    out.text(recipe->second);
  }
  process_->control->send(std::move(frame));
  if (const std::optional<std::string> death = process_->wait()) {
    process_.reset();
    throw std::runtime_error(origin_ + ": made on trial, its process " + *death);
  }
}

}  // namespace patchbay::isolation
