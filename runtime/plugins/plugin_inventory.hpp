#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/load_failure.hpp"
#include "plugins/plugin.hpp"
#include "plugins/plugin_scan.hpp"
#include "plugins/reaper.hpp"

namespace patchbay::plugins {

/// What has become of one plugin file.
struct PluginRecord {
  std::string path;
  std::shared_ptr<const Plugin> live;           ///< null: refused, removed, or another file brings the plugin now
  std::chrono::system_clock::time_point since;  ///< when `live` was published
  std::shared_ptr<const StagedFile> before;     ///< the version that served before `live`; null if there is none
  std::string version_before;
  std::optional<LoadFailure> refused;  ///< why the newest content of the file does not serve
  std::uint64_t refusals = 0;
  std::string tried;  ///< what the file and its signature held when they were last tried
};

/// A version that was replaced and still serves running requests.
struct RetiredPlugin {
  std::string id;
  std::string version;
  std::uint64_t generation = 0;
  std::chrono::system_clock::time_point since;
  std::weak_ptr<const void> mapping;
};

struct LoadRules {
  SignaturePolicy signatures;
  bool allow_downgrade = false;
  std::size_t max_retired = 8;
  TryOut try_out{};  ///< empty: no trial
};

/// The plugins of a running host: which serve, which served before them, and which were refused and why. A change is prepared as a draft,
/// off the request path, and takes effect with `commit`, once an Assembly was made of it. Changes come from one thread at a time; `records`
/// and `retired` from any.
class PluginInventory {
 public:
  /// The live plugins as they would be after a change.
  struct Draft {
    std::vector<std::shared_ptr<const Plugin>> plugins;
    std::string path;                         ///< of the file that the change is about
    std::shared_ptr<const Plugin> candidate;  ///< null if the change takes a plugin away
    std::shared_ptr<const Plugin> replaced;   ///< null if the change adds one
    std::string tried;
  };

  /// `state_directory` as for StagingDirectory. Throws LoadFailure if nothing can be staged at all.
  explicit PluginInventory(const std::string& state_directory) : staging_(state_directory) {}
  PluginInventory(const PluginInventory&) = delete;

  /// Loads every plugin of the directories; what is refused is recorded. Once, before any change. [load]
  void scan(const std::vector<std::string>& directories, const LoadRules& rules);

  /// Whether a file, or its signature, holds something else than when it was last tried. False if it cannot be read.
  [[nodiscard]] bool is_news(const std::string& path) const;

  /// The plugin of a file instead of the one that it brought before; a plugin of the same id that another file brought gives way only if
  /// `take_over`. Throws LoadFailure, which is recorded.
  [[nodiscard]] Draft load(const std::string& path, const LoadRules& rules, bool take_over);
  /// The version before, of a plugin called by id, file name or module type. Throws std::invalid_argument if there is no such plugin or no
  /// version before, LoadFailure if it does not load any more.
  [[nodiscard]] Draft roll_back(std::string_view name, const LoadRules& rules);
  /// Without a plugin. Throws std::invalid_argument if there is no such plugin.
  [[nodiscard]] Draft remove(std::string_view name) const;

  /// The draft is live: what it replaced retires.
  void commit(Draft&& draft);
  /// The draft did not become live: records why.
  void refuse(const Draft& draft, const std::string& reason);

  /// The path of a plugin called by id, file name or module type. Throws std::invalid_argument if there is no such plugin.
  [[nodiscard]] std::string path_of(std::string_view name) const;

  [[nodiscard]] std::vector<std::shared_ptr<const Plugin>> live() const;
  /// By path; without files that brought nothing and are gone.
  [[nodiscard]] std::vector<PluginRecord> records() const;
  [[nodiscard]] std::vector<RetiredPlugin> retired() const;

  [[nodiscard]] Reaper& reaper() { return reaper_; }

 private:
  [[nodiscard]] const PluginRecord& find(std::string_view name) const;
  [[nodiscard]] Draft draft(const std::string& path, std::shared_ptr<const Plugin> candidate, std::shared_ptr<const Plugin> replaced) const;
  void check_retired(const PluginInfo& info, const LoadRules& rules) const;
  void record_refusal(const std::string& path, const LoadFailure& failure);

  StagingDirectory staging_;  // outlives what is staged in it
  Reaper reaper_;
  mutable std::mutex mutex_;  // guards what follows
  std::map<std::string, PluginRecord> records_;
  mutable std::vector<RetiredPlugin> retired_;
};

}  // namespace patchbay::plugins
