#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "access/gatekeeper.hpp"
#include "admin/admin_api.hpp"
#include "admin/admin_server.hpp"
#include "admin/mode_api.hpp"
#include "admin/shadow_api.hpp"
#include "commands/cli.hpp"
#include "commands/observers.hpp"
#include "commands/service_manager.hpp"
#include "commands/workers.hpp"
#include "config/file_watch.hpp"
#include "config/load.hpp"
#include "control/change_queue.hpp"
#include "control/control_plane.hpp"
#include "modes/mode_control.hpp"
#include "modes/mode_switch.hpp"
#include "modes/shadow.hpp"
#include "pipeline/v1_engine.hpp"
#include "pipeline/v2_engine.hpp"
#include "plugins/plugin_watch.hpp"
#include "probes/prober.hpp"
#include "server/server.hpp"

namespace patchbay::commands {

/// The running gateway: loads, serves, changes, stops. Its own thread is the control thread: signals, saved files, idle instances, the
/// admin API; requests run on the worker threads, changes on a thread of their own.
class Gateway {
 public:
  explicit Gateway(RunOptions options) : options_(std::move(options)) {}

  /// Serves until SIGTERM or SIGINT; returns the exit status.
  int run();

 private:
  /// The file's settings with the command line laid over them; faults are in the result.
  [[nodiscard]] config::Loaded load() const;
  void set_up(const config::Settings& settings);
  void set_up_modes(const config::Settings& settings);
  void reload(const char* why);
  /// Runs a change; what it says is logged. `then` is called when everything has taken over what it has brought.
  void change(std::string what, control::ChangeQueue::Change change, std::function<void(const control::Outcome&)> then = {});
  /// Takes over what a change has brought to everything outside the Assembly.
  void after_change(const control::Outcome& outcome);
  void offer_admin_api();
  /// Says what `/metrics` shows.
  void show_metrics();
  /// Dry-runs every route on the thread of the changes.
  void rehearse(std::function<void(const admin::Verdict&)> done);
  void apply_to_server(config::ServerSettings settings);
  void watch_files();
  void wait_for_signal();
  /// Tells hooks and the service manager once `/ready` says so; once.
  void tell_when_ready();
  /// For the service manager's display.
  [[nodiscard]] std::string status() const;
  void recycle_idle();
  /// Probes what the configuration in force says.
  void follow_probes();
  void begin_shutdown(const char* why);
  void print_banner() const;

  const RunOptions options_;
  boost::asio::io_context control_;
  ServiceManager service_manager_{control_};
  std::optional<ServiceManager::Socket> socket_;  // that the service manager opened

  // Destroyed from bottom to top: who changes before who serves, the server before the workers, those before the engine, that before what
  // it serves from.
  hooks::HookBus hooks_;
  monitoring::MetricsPage metrics_page_;
  std::optional<monitoring::Telemetry> telemetry_;
  std::optional<Observers> observers_;
  std::optional<access::Gatekeeper> access_;
  std::optional<control::ControlPlane> plane_;
  std::optional<pipeline::V1Engine> v1_;
  std::optional<pipeline::V2Engine> v2_;
  std::optional<modes::ModeControl> mode_control_;
  std::optional<modes::Shadow> shadow_;
  std::optional<Workers> shadow_workers_;
  std::optional<modes::ModeSwitch> engine_;
  std::optional<Workers> workers_;
  std::optional<server::Server> server_;
  std::optional<probes::Prober> prober_;
  std::optional<control::ChangeQueue> changes_;
  std::optional<admin::AdminApi> admin_api_;
  std::optional<admin::AdminServer> admin_;

  boost::asio::signal_set signals_{control_, SIGTERM, SIGINT, SIGHUP};
  boost::asio::steady_timer recycle_timer_{control_};
  std::optional<config::FileWatch> file_watch_;
  std::optional<plugins::PluginWatch> plugin_watch_;
  config::Settings started_with_;  // without library and routes
  unsigned reloads_ = 0;           // that have begun and not ended
  bool stopping_ = false;
  bool ready_ = false;  // hooks and the service manager were told
};

}  // namespace patchbay::commands
