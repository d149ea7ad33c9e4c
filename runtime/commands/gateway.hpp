#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "commands/cli.hpp"
#include "commands/plugin_host.hpp"
#include "commands/workers.hpp"
#include "config/file_watch.hpp"
#include "config/settings.hpp"
#include "pipeline/dynamic_connector.hpp"
#include "pipeline/static_instance_pool.hpp"
#include "server/server.hpp"

namespace patchbay::commands {

/// The running gateway: loads, assembles, serves, reloads, stops. Its own thread is the control thread: signals, saved files, idle
/// instances; requests run on the worker threads.
class Gateway {
 public:
  explicit Gateway(RunOptions options) : options_(std::move(options)) {}

  /// Serves until SIGTERM or SIGINT; returns the exit status.
  int run();

 private:
  /// The file's settings with the command line laid over them; nothing if it is faulty, which is logged.
  std::optional<config::Settings> load();
  /// Builds the next Assembly and publishes it; false, and nothing changes, if it is faulty, which is logged.
  bool publish(config::Settings settings);
  void set_up(const config::Settings& settings);
  void reload(const char* why);
  void watch_files();
  void wait_for_signal();
  void recycle_idle();
  void begin_shutdown(const char* why);
  void print_banner() const;

  const RunOptions options_;
  boost::asio::io_context control_;

  // Destroyed from bottom to top: the server before the workers, those before the engine, the Assembly before the pool and the plugins.
  std::optional<PluginHost> plugins_;
  std::optional<pipeline::StaticInstancePool> pool_;
  pipeline::AssemblySlot slot_;
  std::optional<pipeline::DynamicConnector> engine_;
  std::optional<Workers> workers_;
  std::optional<server::Server> server_;

  boost::asio::signal_set signals_{control_, SIGTERM, SIGINT, SIGHUP};
  boost::asio::steady_timer recycle_timer_{control_};
  std::optional<config::FileWatch> file_watch_;
  std::uint64_t generation_ = 0;
  bool stopping_ = false;
};

}  // namespace patchbay::commands
