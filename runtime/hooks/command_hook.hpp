#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/hook_settings.hpp"
#include "hooks/built_in_hook.hpp"

namespace patchbay::hooks {

/// Runs a program for each event, which reads it from its standard input. Waits while `max_parallel` of them run. An event is delivered
/// once its program has ended with status 0. One that fails throws when that is seen; one that takes too long is killed.
class CommandHook final : public BuiltInHook {
 public:
  CommandHook(std::string id, config::CommandSettings settings);
  /// Waits for those that still run, each for its time.
  ~CommandHook() override;

  void on(const HookEvent& event) const override;
  std::optional<std::chrono::milliseconds> settle() const override;
  [[nodiscard]] Progress progress() const override { return {.delivered = succeeded_, .under_way = running_.size()}; }

 private:
  using Clock = std::chrono::steady_clock;

  struct Running {
    pid_t pid;
    int ended;  ///< readable once it has (pidfd_open(2))
    Clock::time_point deadline;
  };

  void start(std::string_view input) const;
  /// Waits until one of them ends or is killed, for at most so long.
  void reap(std::chrono::milliseconds longest) const;
  void bury(std::size_t index, bool late) const;
  void complain() const;

  const std::string id_;
  const config::CommandSettings settings_;
  // Touched by the hook's thread alone.
  mutable std::vector<Running> running_;
  mutable std::string failure_;  // of one that ended
  mutable std::uint64_t succeeded_ = 0;
};

}  // namespace patchbay::hooks
