#include "commands/gateway.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <utility>

#include "access/needs_state.hpp"
#include "admin/access_api.hpp"
#include "admin/offer_patchbay.hpp"
#include "admin/replay_api.hpp"
#include "admin/requests_api.hpp"
#include "admin/routes_api.hpp"
#include "admin/target_endpoints.hpp"
#include "commands/plugin_host.hpp"
#include "commands/version.hpp"
#include "hooks/hook_metrics.hpp"
#include "isolation/isolation_report.hpp"
#include "memory/heap.hpp"
#include "modes/prerun_validator.hpp"
#include "monitoring/logging.hpp"
#include "monitoring/process_metrics.hpp"
#include "pipeline/pool_metrics.hpp"
#include "pipeline/probe_metrics.hpp"
#include "pipeline/static_pipelines.hpp"
#include "pipeline/target_report.hpp"
#include "plugins/inventory_report.hpp"
#include "server/server_metrics.hpp"
#include "v1/load.hpp"

namespace patchbay::commands {

namespace {

constexpr std::chrono::seconds recycle_interval{5};
constexpr std::chrono::minutes rehearsal_limit{5};

bool set_up_logging(const config::LogSettings& settings, const RunOptions& options) {
  const std::string& level = options.log_level.empty() ? settings.level : options.log_level;
  const std::string& format = options.log_format.empty() ? settings.format : options.log_format;
  return monitoring::set_up_logging(level, format == "json" ? monitoring::LogFormat::json : monitoring::LogFormat::text);
}

/// What a reload cannot change; the names of the keys that differ.
std::string needs_restart(const config::Settings& now, const config::Settings& next) {
  std::string keys;
  const auto compare = [&keys](bool same, const char* key) {
    if (!same) keys += (keys.empty() ? "" : ", ") + std::string(key);
  };
  compare(now.server.listen == next.server.listen, "server.listen");
  compare(now.server.threads == next.server.threads, "server.threads");
  compare(now.plugins.directories == next.plugins.directories, "plugins.directories");
  compare(now.plugins.watch == next.plugins.watch, "plugins.watch");
  compare(now.plugins.state_directory == next.plugins.state_directory, "plugins.state_directory");
  compare(now.plugins.trusted_keys == next.plugins.trusted_keys, "plugins.trusted_keys");
  compare(now.plugins.require_signed == next.plugins.require_signed, "plugins.require_signed");
  compare(now.admin.listen == next.admin.listen, "admin.listen");
  compare(now.admin.token == next.admin.token, "admin.token");
  compare(now.admin.tls.certificate.empty() == next.admin.tls.certificate.empty(), "admin.tls");
  compare(now.mode.state_file == next.mode.state_file, "mode.state_file");
  compare(now.pool.unhealthy_after == next.pool.unhealthy_after, "pool.unhealthy_after");
  compare(now.metrics.on_server == next.metrics.on_server, "metrics.on_server");
  compare(now.metrics.max_models == next.metrics.max_models, "metrics.max_models");
  compare(now.upstream.ca_file == next.upstream.ca_file, "upstream.ca_file");
  compare(now.upstream.proxy == next.upstream.proxy, "upstream.proxy");
  compare(now.upstream.no_proxy == next.upstream.no_proxy, "upstream.no_proxy");
  compare(now.upstream.max_idle_per_origin == next.upstream.max_idle_per_origin, "upstream.max_idle_per_origin");
  compare(now.upstream.keep_alive == next.upstream.keep_alive, "upstream.keep_alive");
  compare(now.server.tls.certificate.empty() == next.server.tls.certificate.empty(), "server.tls");
  compare(now.access.state.url == next.access.state.url, "state.url");
  compare(now.access.state.on_failure == next.access.state.on_failure, "state.on_failure");
  compare(now.access.state.timeout == next.access.state.timeout, "state.timeout");
  compare(now.access.state.prefix == next.access.state.prefix, "state.prefix");
  compare(now.access.access.managed_keys == next.access.access.managed_keys, "access.managed_keys");
  return keys;
}

/// The origins of the web page that the admin API serves, by each name that a browser may have for it; none on a Unix socket.
std::vector<std::string> origins_of(const std::string& admin_address) {
  if (admin_address.starts_with("unix:")) return {};
  std::vector<std::string> origins{admin_address};
  constexpr std::string_view loopback = "://127.0.0.1:";
  if (const std::size_t at = admin_address.find(loopback); at != std::string::npos)
    origins.push_back(admin_address.substr(0, at) + "://localhost:" + admin_address.substr(at + loopback.size()));
  return origins;
}

}  // namespace

int run_gateway(const RunOptions& options) { return Gateway(options).run(); }

config::Loaded Gateway::load() const {
  config::Loaded loaded = v1::load(options_.file);
  if (!loaded.settings) return loaded;
  if (socket_)
    loaded.settings->server.listen = socket_->address;
  else if (!options_.listen.empty())
    loaded.settings->server.listen = options_.listen;
  loaded.settings->server.allow_unauthenticated |= options_.allow_unauthenticated;
  if (const std::string objection = server::bind_objection(loaded.settings->server, access::has_keys(loaded.settings->access));
      !objection.empty()) {
    config::Diagnostic fault;
    fault.at.file = options_.file;
    fault.key = "server.listen";
    fault.message = objection;
    loaded.diagnostics.push_back(std::move(fault));
    loaded.settings.reset();
  }
  return loaded;
}

void Gateway::set_up(const config::Settings& settings) {
  const std::vector<std::string> directories = plugin_directories(settings.plugins.directories);
  // Looks at the files before they are loaded, so that no change in between is missed.
  if (settings.plugins.watch)
    plugin_watch_.emplace(control_, directories, [this](const std::vector<std::string>& files) {
      change("loading " + files.front() + (files.size() > 1 ? " and others" : ""),
             [files](control::ControlPlane& plane) { return plane.consider(files); });
    });
  started_with_ = settings;
  started_with_.library.clear();
  started_with_.routes.clear();
  isolation::Supervisor::Options isolation;
  isolation.log_level = options_.log_level.empty() ? settings.log.level : options_.log_level;
  isolation.log_format = options_.log_format.empty() ? settings.log.format : options_.log_format;
  plane_.emplace(control::ControlPlane::Sources{.configuration = [this] { return load(); },
                                                .plugin_directories = directories,
                                                .own_directories = plugin_directories({}),
                                                .isolation = isolation,
                                                .trials = true},
                 settings, hooks_);
  plane_->warmup().listen([this] { boost::asio::post(control_, [this] { tell_when_ready(); }); });
  v1_.emplace(plane_->slot());
  v2_.emplace(plane_->slot(), plane_->pool(), &plane_->warmup());
  set_up_modes(settings);
  telemetry_.emplace(settings.metrics.max_models);
  observers_.emplace(*telemetry_);
  observers_->follow(settings);
}

void Gateway::set_up_modes(const config::Settings& settings) {
  const auto has_v1 = [this] { return plane_->slot().current()->v1 != nullptr; };
  const auto has_routes = [this] { return !plane_->slot().current()->settings.routes.empty(); };
  mode_control_.emplace(modes::ModeControl::Place{control_, hooks_, has_v1, has_routes}, settings.mode);
  engine_.emplace(*v1_, *v2_, settings.mode.guard, mode_control_->salt());
  if (!settings.v1.plan) return;  // nothing could be compared
  shadow_workers_.emplace(1, settings.upstream);
  shadow_.emplace(*v1_, *v2_, *shadow_workers_->all().front(), settings.mode.shadow);
  engine_->shadow_with(*shadow_);
}

void Gateway::show_metrics() {
  using monitoring::PrometheusText;
  metrics_page_.add([this](PrometheusText& text) { telemetry_->metrics().add_metrics(text); });
  metrics_page_.add([this](PrometheusText& text) { server::add_metrics(server_->counters(), text); });
  metrics_page_.add([this](PrometheusText& text) { pipeline::add_metrics(plane_->pool(), text); });
  metrics_page_.add([this](PrometheusText& text) { pipeline::add_target_metrics(*plane_->slot().current(), text, pipeline::LazyNow()); });
  metrics_page_.add([this](PrometheusText& text) { pipeline::add_probe_metrics(*plane_->slot().current(), text); });
  metrics_page_.add([this](PrometheusText& text) { hooks::add_metrics(hooks_, text); });
  metrics_page_.add(
      [this](PrometheusText& text) { plugins::add_metrics(plane_->inventory(), plane_->pins().requests_by_generation(), text); });
  metrics_page_.add([this](PrometheusText& text) { isolation::add_metrics(plane_->processes(), text); });
  metrics_page_.add([this](PrometheusText& text) { observers_->add_metrics(text); });
  metrics_page_.add(monitoring::add_process_metrics);
}

void Gateway::offer_admin_api() {
  if (started_with_.admin.listen.empty()) return;
  admin_api_.emplace(*plane_, *changes_, metrics_page_, [this](const control::Outcome& outcome) { after_change(outcome); });
  admin::offer_requests(*admin_api_, {[this] { return observers_->ring(); }, [this] { return observers_->performance(); },
                                      [this] { return telemetry_->metrics().in_flight(); }});
  admin::offer_replay(*admin_api_, *changes_, [this] { return observers_->ring(); });
  admin::offer_routes(*admin_api_, plane_->slot());
  admin::offer_access(*admin_api_, control_, *access_);
  admin::offer_mode(
      *admin_api_, *mode_control_, [this](const auto& done) { rehearse(done); },
      [this] { return plane_->slot().current()->settings.mode.validate; });
  admin_api_->offer("GET", "/admin/warmup",
                    [this](const admin::AdminCall& call) { call.answer(200, pipeline::describe(plane_->warmup().report())); });
  if (shadow_) admin::offer_shadow(*admin_api_, shadow_->report());
  admin::offer_targets(*admin_api_, plane_->slot());
  admin::offer_patchbay(*admin_api_, *plane_, version_text(),
                        [this] { return (server_->secure() ? "https://" : "http://") + server_->address(); });
  admin::offer_plugin_upload(*admin_api_, *plane_);
  admin_.emplace(control_, started_with_.admin,
                 [this](const admin::AdminRequest& request, const admin::Respond& respond) { admin_api_->handle(request, respond); });
  apply_to_server(started_with_.server);
}

void Gateway::rehearse(std::function<void(const admin::Verdict&)> done) {
  changes_->run(
      "a dry run of every route", rehearsal_limit,
      [](control::ControlPlane& plane) {
        const modes::PreRunReport report = modes::PreRunValidator(plane.registry()).run(plane.slot().current()->settings);
        return control::Outcome{.done = report.passed(), .message = modes::text_of(report)};
      },
      control::first_only([done = std::move(done)](const control::Outcome& outcome) {
        done({outcome.done, outcome.message});
      }));
}

int Gateway::run() {
  memory::keep_heap();
  set_up_logging({}, options_);
  try {
    socket_ = service_manager_.take_socket();
    if (socket_) spdlog::info("the service manager has opened {}; [server] listen does not count", socket_->address);
  } catch (const std::runtime_error& error) {
    spdlog::error("{}; nothing was started", error.what());
    return Exit::bad_input;
  }
  config::Loaded loaded = load();
  control::log_faults(loaded.diagnostics);
  if (!loaded.settings) {
    spdlog::error("{} is not valid; nothing was started", options_.file);
    return Exit::bad_input;
  }
  config::Settings& settings = *loaded.settings;
  if (!set_up_logging(settings.log, options_)) {
    spdlog::error("--log-level takes trace, debug, info, warning, error or off, not '{}'", options_.log_level);
    return Exit::bad_input;
  }
  try {
    access_.emplace(settings.access);
  } catch (const std::exception& error) {  // of the state: the text says what and where
    spdlog::error("{}; nothing was started", error.what());
    return Exit::bad_input;
  }
  set_up(settings);
  const unsigned threads = settings.server.threads != 0 ? settings.server.threads : std::max(1u, std::thread::hardware_concurrency());
  workers_.emplace(threads, settings.upstream);
  if (!plane_->start(std::move(settings))) {
    spdlog::error("{} is not valid; nothing was started", options_.file);
    return Exit::bad_input;
  }
  if (const std::string why = mode_control_->start(*engine_, started_with_.mode); !why.empty()) {
    spdlog::error("[mode] active = \"{}\": {}; nothing was started", started_with_.mode.active, why);
    return Exit::bad_input;
  }
  server_.emplace(workers_->all(), *engine_,
                  server::Onlookers{hooks_, *telemetry_, started_with_.metrics.on_server ? &metrics_page_ : nullptr}, *access_,
                  started_with_.server, socket_ ? std::optional(socket_->descriptor) : std::nullopt);
  show_metrics();
  changes_.emplace(control_, *plane_);
  offer_admin_api();
  workers_->start();
  if (shadow_workers_) shadow_workers_->start_idle("shadow");
  server_->start();
  print_banner();
  hooks_.emit(hooks::Point::host_started, [this] {
    return boost::json::object{{"version", version_text()}, {"address", server_->address()}};
  });
  tell_when_ready();
  service_manager_.watch(workers_->all(), [this] {
    tell_when_ready();
    return engine_->not_ready();
  });

  wait_for_signal();
  watch_files();
  recycle_idle();
  prober_.emplace(control_, started_with_.upstream);
  follow_probes();
  const auto work = boost::asio::make_work_guard(control_);
  control_.run();
  workers_->stop();
  access_->stop();
  if (shadow_workers_) shadow_workers_->stop();
  if (shadow_) shadow_->stop();
  plane_->stop_processes();
  spdlog::info("stopped");
  if (changes_->stuck()) {
    spdlog::shutdown();
    std::_Exit(Exit::success);  // code of a plugin holds a thread that nothing can end
  }
  return Exit::success;
}

void Gateway::tell_when_ready() {
  if (ready_ || stopping_ || !engine_->not_ready().empty()) return;
  ready_ = true;
  service_manager_.ready(status());
  hooks_.emit(hooks::Point::host_ready, [this] { return boost::json::object{{"address", server_->address()}}; });
}

std::string Gateway::status() const { return "serving on " + server_->address(); }

void Gateway::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    if (signal == SIGHUP)
      reload("SIGHUP");
    else if (stopping_)
      control_.stop();  // the second one means now
    else
      begin_shutdown(signal == SIGTERM ? "SIGTERM" : "SIGINT");
    wait_for_signal();
  });
}

void Gateway::watch_files() {
  try {
    if (!file_watch_) file_watch_.emplace(control_, [this] { reload("a file was saved"); });
    for (const std::string& failure : file_watch_->watch(plane_->slot().current()->settings.files))
      spdlog::warn("changes are not noticed by themselves in {}; send SIGHUP", failure);
  } catch (const std::system_error& error) {
    spdlog::warn("{}: saved files are not noticed by themselves; send SIGHUP", error.what());
  }
}

void Gateway::reload(const char* why) {
  spdlog::info("reloading {}: {}", options_.file, why);
  service_manager_.reloading();
  ++reloads_;
  change(
      "reloading the configuration", [](control::ControlPlane& plane) { return plane.reload_configuration(); },
      control::first_only([this](const control::Outcome&) {
        if (--reloads_ == 0) service_manager_.reloaded(status());
      }));
}

void Gateway::change(std::string what, control::ChangeQueue::Change change, std::function<void(const control::Outcome&)> then) {
  if (stopping_) return;
  changes_->run(std::move(what), plane_->slot().current()->settings.plugins.load_timeout, std::move(change),
                [this, then = std::move(then)](const control::Outcome& outcome) {
                  after_change(outcome);
                  if (then) then(outcome);
                });
}

void Gateway::after_change(const control::Outcome& outcome) {
  tell_when_ready();
  follow_probes();
  if (!outcome.new_configuration) return;
  const std::shared_ptr<const pipeline::Assembly> current = plane_->slot().current();
  access_->apply(current->settings.access);
  mode_control_->configure(current->settings.mode);
  apply_to_server(current->settings.server);
  if (admin_) admin_->apply(current->settings.admin);
  set_up_logging(current->settings.log, options_);
  try {
    observers_->follow(current->settings);
  } catch (const std::exception& error) {
    spdlog::error("{}; requests are observed as before", error.what());
  }
  if (const std::string keys = needs_restart(started_with_, current->settings); !keys.empty())
    spdlog::warn("changed, and in force only after a restart: {}", keys);
  watch_files();
}

void Gateway::follow_probes() {
  if (stopping_) return;
  try {
    prober_->follow(*plane_->slot().current());
  } catch (const upstream::SetupError& error) {
    spdlog::error("{}; nothing is probed", error.what());
  }
}

void Gateway::apply_to_server(config::ServerSettings settings) {
  if (admin_)  // the page's playground asks the gateway itself
    for (std::string& origin : origins_of(admin_->address())) settings.cors_origins.push_back(std::move(origin));
  server_->apply(settings);
}

void Gateway::recycle_idle() {
  recycle_timer_.expires_after(recycle_interval);
  recycle_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    const config::PoolSettings& pool = plane_->slot().current()->settings.pool;
    if (const std::size_t gone = plane_->pool().recycle(pool.idle_timeout, pool.preload != "all"); gone > 0)
      spdlog::debug("{} idle instances were recycled", gone);
    plane_->warmup().retry();
    recycle_idle();
  });
}

void Gateway::begin_shutdown(const char* why) {
  stopping_ = true;
  prober_->stop();
  spdlog::info("{}: finishing what is in flight, for at most {} ms", why,
               plane_->slot().current()->settings.server.shutdown_timeout.count());
  service_manager_.stopping();
  hooks_.emit(hooks::Point::host_stopping, [why] { return boost::json::object{{"reason", why}}; });
  server_->stop([this] { boost::asio::post(control_, [this] { control_.stop(); }); });
}

void Gateway::print_banner() const {
  const std::shared_ptr<const pipeline::Assembly> assembly = plane_->slot().current();
  const std::string address = server_->address();
  std::printf("%s listens on http%s://%s\n", version_text().c_str(), server_->secure() ? "s" : "", address.c_str());
  if (admin_) {
    std::printf("  admin API on %s\n", admin_->address().c_str());
    if (!origins_of(admin_->address()).empty()) std::printf("  look at it: %s/admin/ui/\n", admin_->address().c_str());
  }
  for (const auto& route : assembly->routes) {
    const config::Pattern& pattern = route->settings.pattern;
    std::string chain;
    for (const pipeline::ChainModule& module : route->chains.front()->transforms) chain += module.instance->key().type + " -> ";
    chain += route->chains.front()->provider.instance->key().type;
    if (route->chains.size() > 1) chain += " (and " + std::to_string(route->chains.size() - 1) + " more targets)";
    std::printf("  route %s: model %s: %s\n", route->settings.id.c_str(), pattern.model ? pattern.model->c_str() : "any", chain.c_str());
  }
  if (assembly->v1)
    for (const auto& [category, route] : assembly->v1->plan().categories) std::printf("  V1 pool %s\n", category.c_str());
  const std::string model = assembly->models.empty() ? "any" : assembly->models.front().id;
  std::printf(
      "try:\n  curl -s http%s://%s/v1/chat/completions -H 'Content-Type: application/json'%s \\\n    -d "
      "'{\"model\":\"%s\",\"messages\":[{\"role\":\"user\","
      "\"content\":\"Hello\"}]}'\n",
      server_->secure() ? "s" : "", address.c_str(),
      assembly->settings.server.api_keys.empty() && !access::has_keys(assembly->settings.access) ? ""
                                                                                                 : " -H 'Authorization: Bearer YOUR_KEY'",
      model.c_str());
  std::fflush(stdout);
}

}  // namespace patchbay::commands
