#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "isolation/plugin_process.hpp"

/// Modules that run in processes of their plugins.
namespace patchbay::isolation {

/// Starts, watches and ends the processes of plugins, on a thread of its own: a process gets a signal when the thread that started it
/// ends (PR_SET_PDEATHSIG), so none survives the host. [thread-safe]
class Supervisor {
 public:
  struct Options {
    std::filesystem::path executable = "/proc/self/exe";  ///< understands `plugin-host`
    std::chrono::milliseconds first_backoff{100};         ///< before a process that died is started anew; doubles with each death
    std::chrono::milliseconds longest_backoff{30'000};
    std::chrono::milliseconds timeout{5'000};  ///< for one message to a module
    std::uint64_t memory = 0;                  ///< bytes; 0 is no limit
    std::string log_level = "info";
    std::string log_format = "text";
  };

  explicit Supervisor(Options options);
  /// Ends every process.
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;

  /// Changes the limits: at once for memory, for the time-out from the next start of a process on.
  void limit(std::chrono::milliseconds timeout, std::uint64_t memory);

  /// Makes a module in the process of its plugin, which is started if need be. The result is a RemoteTransform or RemoteProvider; the
  /// process ends with the last of them. Throws like Plugin::make. [init]
  [[nodiscard]] std::shared_ptr<Module> make(const std::shared_ptr<const plugins::Plugin>& plugin, std::size_t index,
                                             const boost::json::value& config);

  /// Ends every process and waits for that; event loops are not touched afterwards. Call it before the loops that requests ran on go.
  void stop();
  [[nodiscard]] bool stopped() const { return stopped_.load(std::memory_order_acquire); }

  [[nodiscard]] std::vector<ProcessStatus> processes() const;

  // For PluginProcess.
  [[nodiscard]] boost::asio::io_context& io() { return io_; }
  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] std::chrono::milliseconds timeout() const { return std::chrono::milliseconds(timeout_.load(std::memory_order_relaxed)); }
  [[nodiscard]] std::uint64_t memory() const { return memory_.load(std::memory_order_relaxed); }
  /// A process came to its end for good. [supervisor's thread]
  void forget(const PluginProcess& process);

 private:
  void watch();

  const Options options_;
  std::atomic<std::int64_t> timeout_;
  std::atomic<std::uint64_t> memory_;
  std::atomic<bool> stopped_{false};

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  boost::asio::steady_timer watch_{io_};

  mutable std::mutex mutex_;                                             // guards what follows
  std::vector<std::shared_ptr<PluginProcess>> processes_;                // until they are over
  std::map<std::uint64_t, std::weak_ptr<PluginProcess>> by_generation_;  // handles, whose end is the process's
  std::thread thread_;
};

}  // namespace patchbay::isolation
