#include "plugins/validator/context.hpp"

#include "plugins/load_failure.hpp"
#include "plugins/validator/config_generator.hpp"

namespace patchbay::plugins::validator {

namespace json = boost::json;

namespace {

/// A file that is not there.
class DroppedLines final : public LineFile {
 public:
  void write(std::string_view) override {}
};

/// Keeps no log and writes no file: what modules say costs no memory, and a test leaves nothing behind.
class SilentHost final : public Host {
 public:
  void log(Level, std::string_view) const override {}
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return std::chrono::steady_clock::now(); }
  [[nodiscard]] std::chrono::system_clock::time_point wall_time() const override { return std::chrono::system_clock::now(); }
  [[nodiscard]] std::shared_ptr<LineFile> open_lines(const std::string&, const Rotation&) const override {
    return std::make_shared<DroppedLines>();
  }
};

}  // namespace

Context::Context(Subject subject, std::function<void(const std::string&)> note)
    : subject_(std::move(subject)), note_(std::move(note)), host_(std::make_shared<SilentHost>()) {}

StagingDirectory& Context::staging() {
  if (!staging_) staging_ = std::make_unique<StagingDirectory>(subject_.directory);
  return *staging_;
}

std::shared_ptr<const Plugin> Context::load() {
  StagingDirectory& directory = staging();
  return Plugin::load(subject_.file, directory, directory.next_generation());
}

const Plugin& Context::plugin() {
  if (!plugin_) {
    step("load it");
    try {
      plugin_ = load();
    } catch (const LoadFailure& failure) {
      throw Skip("it cannot be loaded: " + std::string(failure.what()).substr(failure.path().size() + 2));
    }
  }
  return *plugin_;
}

json::value Context::sample_config(const ModuleInfo& module) const {
  const json::object* const given = subject_.config.if_object();
  if (given == nullptr) return smallest_config(module.schema);
  if (const json::value* const own = given->if_contains(module.type)) return *own;
  // By module type, and none for this module.
  for (const ModuleInfo& other : plugin_->info().modules)
    if (given->contains(other.type)) return smallest_config(module.schema);
  return subject_.config;
}

std::shared_ptr<Module> Context::make(const Plugin& plugin, std::size_t index, const json::value& config) const {
  return plugin.make(index, config, host_);
}

std::shared_ptr<Module> Context::make(std::size_t index) {
  const ModuleInfo& module = plugin().info().modules[index];
  step("make a " + module.type);
  try {
    return make(plugin(), index, sample_config(module));
  } catch (const std::exception& refused) {
    throw Skip("a " + module.type + " cannot be made from what its schema requires (" + refused.what() +
               "); give it a configuration with --config");
  }
}

}  // namespace patchbay::plugins::validator
