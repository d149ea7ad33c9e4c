#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <memory>
#include <mutex>

#include "isolation/supervisor.hpp"
#include "plugins/staging_directory.hpp"

namespace patchbay::isolation {

/// A plugin in a process of its own before it is let into the host: what would crash the host while the plugin is loaded and its modules
/// are made, or would never come back, happens there. [thread-safe]
class Trial {
 public:
  /// Starts the process and loads the plugin in it; blocks. `limit` is for everything that follows, counted from now. Throws
  /// plugins::LoadFailure saying what happened; std::system_error if there can be no process.
  Trial(const Supervisor::Options& options, const plugins::StagedFile& staged, std::string origin, std::uint64_t generation,
        std::chrono::milliseconds limit);
  /// Ends the process.
  ~Trial();
  Trial(const Trial&) = delete;

  [[nodiscard]] std::uint64_t generation() const { return generation_; }

  /// Makes and checks module number `index`, unless it was made from the same configuration before; blocks. Throws std::runtime_error
  /// saying what happened if the process does not survive that; a module that merely refuses its configuration does so in the host as well,
  /// and in better words.
  void make(std::size_t index, const boost::json::value& config);

 private:
  struct Process;

  const std::string origin_;
  const std::uint64_t generation_;
  std::mutex mutex_;  // guards process_
  std::unique_ptr<Process> process_;
};

}  // namespace patchbay::isolation
