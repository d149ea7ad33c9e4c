#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "patchbay/abi.h"
#include "patchbay/module.hpp"
#include "plugins/plugin_stamp.hpp"
#include "plugins/signature.hpp"
#include "plugins/staging_directory.hpp"

namespace boost::dll {
class shared_library;
}

namespace patchbay::plugins {

/// What a descriptor says of one module type, copied into host memory.
struct ModuleInfo {
  ModuleKind kind;
  std::string type;
  std::string summary;
  std::string status;
  std::string manual;
  boost::json::value schema;
};

/// What a descriptor says of a plugin, copied into host memory.
struct PluginInfo {
  std::string path;  ///< the file as it was found, not its staged copy
  std::string id;
  std::string version;
  std::string vendor;
  std::string license;
  std::string hash;  ///< SHA-256 of the file
  std::uint64_t generation = 0;
  Stamp stamp;
  std::vector<ModuleInfo> modules;
};

/// Makes a module of one type; throws what the plugin throws. Runs code of the library that it came from.
using ModuleFactory = std::function<Module*(const boost::json::value& config, const Host& host)>;

/// Loads the staged copy of `origin` somewhere else first. Throws LoadFailure if that ends badly.
using TryOut = std::function<void(const StagedFile& staged, const std::string& origin, std::uint64_t generation)>;

/// A loaded plugin, in C++ or in another language behind patchbay.h. The library is unloaded, and its staged copy removed, when the last
/// handle to the plugin and to its modules is gone. [thread-safe]
class Plugin {
 public:
  /// Checks the stamp, stages, loads and validates a file. Throws LoadFailure; no code of the file runs before its stamp is known to fit,
  /// and none in this process before the trial.
  [[nodiscard]] static std::shared_ptr<const Plugin> load(const std::string& path, StagingDirectory& staging, std::uint64_t generation,
                                                          const SignaturePolicy& signatures = {}, const TryOut& try_out = {});

  /// Loads what an earlier load staged, whatever the file at `origin` is now. Its signature was checked then. Throws LoadFailure.
  [[nodiscard]] static std::shared_ptr<const Plugin> load_again(const StagedFile& copy, const std::string& origin,
                                                                StagingDirectory& staging, std::uint64_t generation);

  /// Loads what another process has staged, checked, and will remove. Throws LoadFailure.
  [[nodiscard]] static std::shared_ptr<const Plugin> load_elsewhere(const std::string& staged, const std::string& origin,
                                                                    const std::string& hash, std::uint64_t generation);

  [[nodiscard]] const PluginInfo& info() const { return info_; }

  /// The copy that was loaded; it stays for as long as somebody holds it.
  [[nodiscard]] std::shared_ptr<const StagedFile> staged() const;

  /// Expires when the library is unloaded.
  [[nodiscard]] std::weak_ptr<const void> mapping() const;

  /// Makes a module of type number `index`. The returned handle keeps the library loaded. Throws config::Error for a configuration that the
  /// module cannot take, std::runtime_error for anything else; both own their text. `host` must outlive the module. [init]
  [[nodiscard]] std::shared_ptr<Module> make(std::size_t index, const boost::json::value& config, std::shared_ptr<const Host> host) const;

 private:
  struct Library;

  static std::shared_ptr<const Plugin> load_staged(StagedFile staged, const std::string& path, std::uint64_t generation,
                                                   const TryOut& try_out);

  Plugin(PluginInfo info, std::shared_ptr<const Library> library, std::vector<ModuleFactory> factories)
      : info_(std::move(info)), library_(std::move(library)), factories_(std::move(factories)) {}

  PluginInfo info_;
  std::shared_ptr<const Library> library_;
  std::vector<ModuleFactory> factories_;  // of what is inside the library
};

/// How many libraries of plugins are loaded. [thread-safe]
[[nodiscard]] std::uint64_t loaded_libraries();

/// How many of them stayed mapped although their last handle was gone. [thread-safe]
[[nodiscard]] std::uint64_t pinned_libraries();

}  // namespace patchbay::plugins
