#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>

#include "control/control_plane.hpp"
#include "gallery.hpp"

namespace patchbay::control::testing {

/// A control plane over files of its own: a configuration `gateway.toml`, and the plugins of a directory beside it.
struct PlaneTest : ::testing::Test {
  void write_configuration(const std::string& text) { (void)files.write("gateway.toml", text); }

  /// Puts a built plugin into the directory, in one step, as a good package does. Returns its path there.
  std::string put_file(const std::filesystem::path& plugin, const std::string& name) {
    const std::filesystem::path file = plugins_directory() / name;
    std::filesystem::create_directories(file.parent_path());
    std::filesystem::copy_file(plugin, file.string() + ".tmp", std::filesystem::copy_options::overwrite_existing);
    std::filesystem::rename(file.string() + ".tmp", file);
    return file.string();
  }
  std::string put(const std::string& gallery_name, const std::string& name) {
    return put_file(plugins::testing::gallery_file(gallery_name), name);
  }

  config::Loaded load() const { return config::load((files.path() / "gateway.toml").string()); }

  /// False if the first Assembly could not be made. Without an executable plugins are not tried in a process first.
  bool start(const std::filesystem::path& executable = {}) {
    std::filesystem::create_directories(plugins_directory());
    config::Settings settings = load().settings.value();
    settings.plugins.state_directory = state.path().string();
    isolation::Supervisor::Options isolation;
    if (!executable.empty()) isolation.executable = executable;
    plane.emplace(ControlPlane::Sources{.configuration = [this] { return load(); },
                                        .plugin_directories = {plugins_directory().string()},
                                        .own_directories = {},
                                        .isolation = isolation,
                                        .trials = !executable.empty()},
                  settings, hooks);
    return plane->start(std::move(settings));
  }
  std::shared_ptr<const pipeline::Assembly> live() const { return plane->slot().current(); }

  std::filesystem::path plugins_directory() const { return files.path() / "plugins"; }

  plugins::testing::TemporaryDirectory files;
  plugins::testing::TemporaryDirectory state;
  hooks::HookBus hooks;
  std::optional<ControlPlane> plane;
};

}  // namespace patchbay::control::testing
