#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.hpp"
#include "hooks/hook_bus.hpp"
#include "isolation/supervisor.hpp"
#include "isolation/trial.hpp"
#include "pipeline/assembly.hpp"
#include "pipeline/assembly_pins.hpp"
#include "pipeline/static_instance_pool.hpp"
#include "pipeline/warmup_manager.hpp"
#include "plugins/plugin_inventory.hpp"

/// What changes a running host.
namespace patchbay::control {

/// What became of a change.
struct Outcome {
  bool done = false;
  std::string message;             ///< what is true now, or why nothing changed
  bool new_configuration = false;  ///< other settings are in force
};

/// Logs them all; the errors among them as text, a line each.
std::string log_faults(const std::vector<config::Diagnostic>& diagnostics);

/// Everything that requests are served from, and every way to change it: the next Assembly is built off to the side and published, or
/// nothing changes. Changes come from one thread at a time; what `slot`, `pool` and `inventory` offer to others is safe meanwhile.
class ControlPlane {
 public:
  struct Sources {
    /// Reads the configuration anew; faults are in the result.
    std::function<config::Loaded()> configuration;
    /// Where plugins are looked for.
    std::vector<std::string> plugin_directories;
    /// Those of them whose plugins need no signature.
    std::vector<std::string> own_directories;
    /// How processes for isolated modules are started; the limits are the configuration's.
    isolation::Supervisor::Options isolation{};
    /// Whether `isolation` can start processes at all, so that plugins that come while requests are served are tried in one first.
    bool trials = false;
  };

  /// Loads the plugins. `hooks` must outlive the plane. Throws LoadFailure if nothing can be staged, std::invalid_argument for a key of
  /// `trusted_keys` that is none.
  ControlPlane(Sources sources, const config::Settings& settings, hooks::HookBus& hooks);
  ControlPlane(const ControlPlane&) = delete;

  /// The first Assembly; false, and every fault is logged, if the configuration is faulty.
  bool start(config::Settings settings);

  Outcome reload_configuration();

  /// What a watched directory has new.
  Outcome consider(const std::vector<std::string>& plugin_files);
  /// Loads a plugin file; it takes the place of a plugin with the same id.
  Outcome add_plugin(const std::string& path, bool allow_downgrade);
  /// Loads the file of a plugin anew, also if it was tried before.
  Outcome reload_plugin(std::string_view name, bool allow_downgrade);
  Outcome roll_back_plugin(std::string_view name);
  /// Unloads a plugin. Refused while the configuration names its modules.
  Outcome remove_plugin(std::string_view name);

  /// Ends the processes of plugins. Call it when requests have ended and before the loops that they ran on go.
  void stop_processes() { supervisor_.stop(); }

  /// Waits until what is no longer used is unloaded.
  void settle() { inventory_.reaper().settle(); }

  [[nodiscard]] pipeline::AssemblySlot& slot() { return slot_; }
  [[nodiscard]] const pipeline::AssemblySlot& slot() const { return slot_; }
  [[nodiscard]] pipeline::StaticInstancePool& pool() { return pool_; }
  [[nodiscard]] const pipeline::StaticInstancePool& pool() const { return pool_; }
  [[nodiscard]] const plugins::PluginInventory& inventory() const { return inventory_; }
  [[nodiscard]] const pipeline::AssemblyPins& pins() const { return pins_; }
  [[nodiscard]] const isolation::Supervisor& processes() const { return supervisor_; }
  [[nodiscard]] pipeline::WarmupManager& warmup() { return warmup_; }
  /// What makes the modules of the current Assembly. For changes only, which run one after the other.
  [[nodiscard]] const pipeline::ModuleRegistry& registry() const { return registry_; }

 private:
  using Draft = plugins::PluginInventory::Draft;

  /// Builds and publishes; the faults as text, empty if there were none.
  std::string publish(config::Settings settings, const std::vector<std::shared_ptr<const plugins::Plugin>>& plugins);
  /// Makes a draft with `prepare` and publishes it.
  template <class Prepare>
  Outcome change(Prepare&& prepare);
  Outcome apply(Draft draft);
  [[nodiscard]] plugins::LoadRules rules(bool allow_downgrade);
  /// How plugins are tried before they are let in: all of them, or all but those that came with the host. Empty: not at all.
  [[nodiscard]] plugins::TryOut trials(const config::PluginSettings& settings, bool own_as_well);
  /// Loads a plugin in a process of its own, which is there until the change is over. Where the system allows none there is no trial.
  void try_out(const plugins::StagedFile& staged, const std::string& origin, std::uint64_t generation,
               const config::PluginSettings& settings);
  /// Makes a module there first, if its plugin is on trial. [thread-safe]
  void try_making(const plugins::PluginInfo& plugin, std::size_t index, const boost::json::value& config);
  void end_trial();

  void subscribe_hooks(const pipeline::Assembly& assembly);
  /// Logs it and tells the hooks. [thread-safe]
  void tell(const pipeline::HealthChange& change);

  const Sources sources_;
  hooks::HookBus& hooks_;
  plugins::SignaturePolicy signatures_;
  isolation::Supervisor supervisor_;    // outlives the modules that run in its processes
  plugins::PluginInventory inventory_;  // outlives what is made of its plugins
  pipeline::ModuleRegistry registry_;   // of what is published
  pipeline::StaticInstancePool pool_;
  pipeline::AssemblySlot slot_;
  pipeline::AssemblyPins pins_;
  pipeline::WarmupManager warmup_;
  std::mutex trial_mutex_;
  std::shared_ptr<isolation::Trial> trial_;  // of the plugin that a change is about
  std::uint64_t generation_ = 0;
  bool configuration_waits_ = false;  // the newest one could not be published; a plugin may change that
};

}  // namespace patchbay::control
