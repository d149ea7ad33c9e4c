#include "control/control_plane.hpp"

#include <spdlog/spdlog.h>

#include <stdexcept>
#include <system_error>

#include "control/signature_policy.hpp"
#include "pipeline/pipeline_assembler.hpp"
#include "pipeline/plugin_registry.hpp"

namespace patchbay::control {

namespace {

isolation::Supervisor::Options with_limits(isolation::Supervisor::Options options, const config::PluginSettings& settings) {
  options.timeout = settings.isolation_timeout;
  options.memory = settings.isolation_memory;
  return options;
}

/// Of load_timeout, in per cent: a trial that does not come back is ended before the change is given up.
constexpr int trial_share = 80;

std::string title_of(const plugins::PluginInfo& plugin) { return plugin.id + " " + plugin.version; }

std::string told(const plugins::PluginInventory::Draft& draft) {
  if (!draft.candidate) return "plugin " + title_of(draft.replaced->info()) + " is taken away";
  const plugins::PluginInfo& now = draft.candidate->info();
  return "plugin " + title_of(now) + " serves as generation " + std::to_string(now.generation) +
         (draft.replaced ? ", in place of " + title_of(draft.replaced->info()) : "");
}

hooks::Point point_of(const plugins::PluginInventory::Draft& draft) {
  if (!draft.candidate) return hooks::Point::plugin_removed;
  return draft.replaced ? hooks::Point::plugin_replaced : hooks::Point::plugin_added;
}

boost::json::object data_of(const plugins::PluginInventory::Draft& draft) {
  const plugins::PluginInfo& about = (draft.candidate ? draft.candidate : draft.replaced)->info();
  boost::json::object data{{"id", about.id}, {"version", about.version}, {"path", draft.path}};
  if (draft.candidate) data["generation"] = about.generation;
  if (draft.candidate && draft.replaced) data["version_before"] = draft.replaced->info().version;
  return data;
}

}  // namespace

std::string log_faults(const std::vector<config::Diagnostic>& diagnostics) {
  std::string faults;
  for (const config::Diagnostic& one : diagnostics) {
    spdlog::log(one.warning ? spdlog::level::warn : spdlog::level::err, "{}", to_string(one));
    if (!one.warning) faults += (faults.empty() ? "" : "\n") + to_string(one);
  }
  return faults;
}

ControlPlane::ControlPlane(Sources sources, const config::Settings& settings, hooks::HookBus& hooks)
    : sources_(std::move(sources)),
      hooks_(hooks),
      signatures_(signature_policy(settings.plugins, sources_.own_directories)),
      supervisor_(with_limits(sources_.isolation, settings.plugins)),
      inventory_(settings.plugins.state_directory),
      pool_(settings.pool.unhealthy_after, &hooks) {
  pool_.health().listen([this](const pipeline::HealthChange& change) { tell(change); });
  inventory_.scan(sources_.plugin_directories, {.signatures = signatures_, .try_out = trials(settings.plugins, false)});
  end_trial();
  for (const plugins::PluginRecord& record : inventory_.records())
    if (record.refused) spdlog::error("plugin refused: {}", record.refused->what());
}

bool ControlPlane::start(config::Settings settings) { return publish(std::move(settings), inventory_.live()).empty(); }

std::string ControlPlane::publish(config::Settings settings, const std::vector<std::shared_ptr<const plugins::Plugin>>& plugins) {
  pipeline::ModuleRegistry registry = pipeline::registry_of(
      plugins, &inventory_.reaper(),
      [this](const auto& plugin, std::size_t index, const boost::json::value& config) { return supervisor_.make(plugin, index, config); },
      [this](const auto& plugin, std::size_t index, const boost::json::value& config) { try_making(plugin, index, config); });
  pipeline::Assembled assembled = pipeline::PipelineAssembler(registry, pool_).assemble(std::move(settings), generation_ + 1);
  const std::string faults = log_faults(assembled.diagnostics);
  if (assembled.assembly) {
    ++generation_;
    for (const pipeline::WaitingRoute& route : assembled.assembly->waiting)
      spdlog::warn("route {} waits until a plugin brings module {}", route.id, route.module_type);
    subscribe_hooks(*assembled.assembly);
    const config::PluginSettings& limits = assembled.assembly->settings.plugins;
    supervisor_.limit(limits.isolation_timeout, limits.isolation_memory);
    const std::shared_ptr<const pipeline::Assembly> next = inventory_.reaper().defer(std::move(assembled.assembly));
    pins_.published(next);
    slot_.publish(next);
    registry_ = std::move(registry);
    warmup_.begin(pipeline::plan_warmup(*slot_.current(), registry_, pool_));
  }
  pool_.retire(registry_);
  return faults;
}

void ControlPlane::tell(const pipeline::HealthChange& change) {
  const bool rests = change.reason != pipeline::RestReason::none;
  if (rests)
    spdlog::warn("{} {} rests for {} ms: {}", change.what, change.name, change.rest_for.count(), name_of(change.reason));
  else
    spdlog::info("{} {} is in service again", change.what, change.name);
  hooks_.emit(hooks::Point::health_changed, [&] {
    return boost::json::object{{"what", change.what},
                               {"name", change.name},
                               {"state", rests ? "resting" : "in_service"},
                               {"reason", name_of(change.reason)},
                               {"rest_for_ms", change.rest_for.count()}};
  });
}

void ControlPlane::subscribe_hooks(const pipeline::Assembly& assembly) {
  std::vector<hooks::Subscription> subscriptions;
  for (const pipeline::AssembledHook& hook : assembly.hooks)
    subscriptions.push_back({hook.id, hook.points, hook.hook, hook.filter, hook.identity});
  hooks_.subscribe(std::move(subscriptions));
}

Outcome ControlPlane::reload_configuration() {
  config::Loaded loaded = sources_.configuration();
  std::string faults = log_faults(loaded.diagnostics);
  if (loaded.settings) faults = publish(std::move(*loaded.settings), inventory_.live());
  configuration_waits_ = !faults.empty();
  if (configuration_waits_) {
    hooks_.emit(hooks::Point::configuration_refused, [&] { return boost::json::object{{"message", faults}}; });
    return {false, "the configuration before stays in force:\n" + faults};
  }
  const std::shared_ptr<const pipeline::Assembly> live = slot_.current();
  hooks_.emit(hooks::Point::configuration_loaded, [&] {
    return boost::json::object{{"generation", live->generation}, {"routes", live->routes.size()}};
  });
  return {true, "generation " + std::to_string(live->generation) + " is live: " + std::to_string(live->routes.size()) + " routes", true};
}

Outcome ControlPlane::consider(const std::vector<std::string>& plugin_files) {
  Outcome all{.done = true};
  for (const std::string& file : plugin_files) {
    if (!inventory_.is_news(file)) continue;
    const Outcome one = change([&] { return inventory_.load(file, rules(false), false); });
    all.done = all.done && one.done;
    all.new_configuration = all.new_configuration || one.new_configuration;
    all.message += (all.message.empty() ? "" : "\n") + one.message;
  }
  return all;
}

Outcome ControlPlane::add_plugin(const std::string& path, bool allow_downgrade) {
  return change([&] { return inventory_.load(std::filesystem::absolute(path).lexically_normal().string(), rules(allow_downgrade), true); });
}

Outcome ControlPlane::reload_plugin(std::string_view name, bool allow_downgrade) {
  return change([&] { return inventory_.load(inventory_.path_of(name), rules(allow_downgrade), false); });
}

Outcome ControlPlane::roll_back_plugin(std::string_view name) {
  return change([&] { return inventory_.roll_back(name, rules(true)); });
}

Outcome ControlPlane::remove_plugin(std::string_view name) {
  return change([&] { return inventory_.remove(name); });
}

template <class Prepare>
Outcome ControlPlane::change(Prepare&& prepare) {
  struct EndOfTrial {
    ~EndOfTrial() { plane.end_trial(); }
    ControlPlane& plane;
  } const end_of_trial{*this};
  try {
    return apply(prepare());
  } catch (const plugins::LoadFailure& failure) {
    spdlog::error("plugin refused: {}", failure.what());
    hooks_.emit(hooks::Point::plugin_refused, [&] { return boost::json::object{{"path", failure.path()}, {"message", failure.what()}}; });
    return {false, failure.what()};
  } catch (const std::invalid_argument& wrong) {
    return {false, wrong.what()};
  }
}

Outcome ControlPlane::apply(Draft draft) {
  Outcome outcome;
  if (configuration_waits_ && draft.candidate) {
    if (config::Loaded loaded = sources_.configuration(); loaded.settings)
      outcome.new_configuration = publish(std::move(*loaded.settings), draft.plugins).empty();
    configuration_waits_ = !outcome.new_configuration;
  }
  const std::string faults = outcome.new_configuration ? "" : publish(slot_.current()->settings, draft.plugins);
  if (!faults.empty()) {
    const std::string reason =
        draft.candidate ? "the configuration does not work with it:\n" + faults : "the configuration needs it:\n" + faults;
    if (draft.candidate) {
      inventory_.refuse(draft, reason);
      hooks_.emit(hooks::Point::plugin_refused, [&] { return boost::json::object{{"path", draft.path}, {"message", reason}}; });
    }
    return {false, draft.path + ": " + reason};
  }
  outcome.done = true;
  outcome.message = told(draft) + (outcome.new_configuration ? "; the configuration that waited for it is in force" : "");
  spdlog::info("{}", outcome.message);
  hooks_.emit(point_of(draft), [&] { return data_of(draft); });
  inventory_.commit(std::move(draft));
  return outcome;
}

plugins::LoadRules ControlPlane::rules(bool allow_downgrade) {
  plugins::LoadRules rules{.signatures = signatures_};
  const std::shared_ptr<const pipeline::Assembly> live = slot_.current();
  if (!live) return rules;
  const config::PluginSettings& settings = live->settings.plugins;
  rules.allow_downgrade = allow_downgrade || settings.allow_downgrade;
  rules.max_retired = settings.max_retired;
  rules.try_out = trials(settings, true);
  return rules;
}

plugins::TryOut ControlPlane::trials(const config::PluginSettings& settings, bool own_as_well) {
  if (!sources_.trials || !settings.trial) return {};
  return [this, settings, own_as_well](const plugins::StagedFile& staged, const std::string& origin, std::uint64_t generation) {
    if (own_as_well || !signatures_.exempts(origin)) try_out(staged, origin, generation, settings);
  };
}

void ControlPlane::try_out(const plugins::StagedFile& staged, const std::string& origin, std::uint64_t generation,
                           const config::PluginSettings& settings) {
  spdlog::debug("{} is loaded on trial", origin);
  try {
    auto trial = std::make_shared<isolation::Trial>(with_limits(sources_.isolation, settings), staged, origin, generation,
                                                    settings.load_timeout * trial_share / 100);
    const std::lock_guard lock(trial_mutex_);
    trial_ = std::move(trial);
  } catch (const std::system_error& no_process) {
    spdlog::warn("{} is loaded without a trial, for which there can be no process: {}", origin, no_process.what());
  }
}

void ControlPlane::try_making(const plugins::PluginInfo& plugin, std::size_t index, const boost::json::value& config) {
  std::shared_ptr<isolation::Trial> trial;
  {
    const std::lock_guard lock(trial_mutex_);
    if (trial_ && trial_->generation() == plugin.generation) trial = trial_;
  }
  if (trial) trial->make(index, config);
}

void ControlPlane::end_trial() {
  const std::lock_guard lock(trial_mutex_);
  trial_.reset();
}

}  // namespace patchbay::control
