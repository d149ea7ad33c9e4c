#include "plugins/plugin_inventory.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "plugins/semantic_version.hpp"

namespace patchbay::plugins {

namespace fs = std::filesystem;

namespace {

/// What names the content of a plugin file: its hash and its signature's.
std::string content_of(const std::string& path) {
  std::error_code missing;
  const fs::path signature = signature_file(path);
  return hash_of_file(path) + (fs::exists(signature, missing) ? hash_of_file(signature) : std::string());
}

bool is_called(const PluginInfo& plugin, std::string_view name) {
  return plugin.id == name || fs::path(plugin.path).stem() == name || plugin.path == name ||
         std::any_of(plugin.modules.begin(), plugin.modules.end(), [name](const ModuleInfo& module) { return module.type == name; });
}

}  // namespace

void PluginInventory::scan(const std::vector<std::string>& directories, const LoadRules& rules) {
  ScanResult found = plugins::scan(directories, staging_, rules.signatures, rules.try_out);
  const std::lock_guard lock(mutex_);
  for (std::shared_ptr<const Plugin>& plugin : found.plugins) {
    PluginRecord& record = records_[plugin->info().path];
    record.path = plugin->info().path;
    record.tried = content_of(record.path);
    record.live = reaper_.defer(std::move(plugin));
    record.since = std::chrono::system_clock::now();
  }
  for (const LoadFailure& failure : found.failures) {
    record_refusal(failure.path(), failure);
    if (failure.code() != FailureCode::directory_missing) records_[failure.path()].tried = content_of(failure.path());
  }
}

bool PluginInventory::is_news(const std::string& path) const {
  try {
    const std::string content = content_of(path);
    const std::lock_guard lock(mutex_);
    const auto record = records_.find(path);
    return record == records_.end() || record->second.tried != content;
  } catch (const std::runtime_error&) {
    return false;  // it is gone again
  }
}

PluginInventory::Draft PluginInventory::load(const std::string& path, const LoadRules& rules, bool take_over) {
  std::string tried;
  try {
    tried = content_of(path);
    std::shared_ptr<const Plugin> candidate =
        reaper_.defer(Plugin::load(path, staging_, staging_.next_generation(), rules.signatures, rules.try_out));
    const std::lock_guard lock(mutex_);
    std::shared_ptr<const Plugin> replaced;
    for (const auto& [file, record] : records_)
      if (record.live && (file == path || (take_over && record.live->info().id == candidate->info().id))) replaced = record.live;
    if (replaced && !rules.allow_downgrade && precedes(candidate->info().version, replaced->info().version))
      throw LoadFailure(FailureCode::downgrade, path,
                        "it is version " + candidate->info().version + " and " + replaced->info().version +
                            " serves; set [plugins] allow_downgrade, reload it with --allow-downgrade, or roll back");
    check_retired(candidate->info(), rules);
    Draft made = draft(path, std::move(candidate), std::move(replaced));
    made.tried = std::move(tried);
    return made;
  } catch (const LoadFailure& failure) {
    const std::lock_guard lock(mutex_);
    record_refusal(path, failure);
    records_[path].tried = std::move(tried);
    throw;
  } catch (const std::runtime_error& unreadable) {
    throw LoadFailure(FailureCode::not_a_plugin, path, unreadable.what());
  }
}

PluginInventory::Draft PluginInventory::roll_back(std::string_view name, const LoadRules& rules) {
  PluginRecord record;
  {
    const std::lock_guard lock(mutex_);
    record = find(name);
    if (!record.before)
      throw std::invalid_argument("plugin " + std::string(name) +
                                  " has no version before the one that serves: it was not replaced since the start");
    check_retired(record.live->info(), rules);
  }
  std::shared_ptr<const Plugin> candidate =
      reaper_.defer(Plugin::load_again(*record.before, record.path, staging_, staging_.next_generation()));
  const std::lock_guard lock(mutex_);
  Draft made = draft(record.path, std::move(candidate), record.live);
  made.tried = record.tried;
  return made;
}

PluginInventory::Draft PluginInventory::remove(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const PluginRecord& record = find(name);
  Draft made = draft(record.path, nullptr, record.live);
  made.tried = record.tried;
  return made;
}

PluginInventory::Draft PluginInventory::draft(const std::string& path, std::shared_ptr<const Plugin> candidate,
                                              std::shared_ptr<const Plugin> replaced) const {
  Draft draft;
  draft.path = path;
  for (const auto& [file, record] : records_)
    if (record.live && record.live != replaced) draft.plugins.push_back(record.live);
  if (candidate) {
    refuse_duplicates(candidate->info(), draft.plugins);
    draft.plugins.push_back(candidate);
  }
  draft.candidate = std::move(candidate);
  draft.replaced = std::move(replaced);
  return draft;
}

void PluginInventory::check_retired(const PluginInfo& info, const LoadRules& rules) const {
  std::erase_if(retired_, [](const RetiredPlugin& one) { return one.mapping.expired(); });
  const auto still_there = std::count_if(retired_.begin(), retired_.end(), [&](const RetiredPlugin& one) { return one.id == info.id; });
  if (static_cast<std::size_t>(still_there) >= rules.max_retired)
    throw LoadFailure(FailureCode::too_many_versions, info.path,
                      std::to_string(still_there) + " versions of " + info.id +
                          " before this one still serve running requests; wait until those end, or raise [plugins] max_retired");
}

void PluginInventory::commit(Draft&& draft) {
  const auto now = std::chrono::system_clock::now();
  const std::lock_guard lock(mutex_);
  std::shared_ptr<const StagedFile> before;
  std::string version_before;
  if (draft.replaced) {
    const PluginInfo& info = draft.replaced->info();
    retired_.push_back({info.id, info.version, info.generation, now, draft.replaced->mapping()});
    before = draft.replaced->staged();
    version_before = info.version;
    for (auto& [file, record] : records_)
      if (record.live == draft.replaced) record.live.reset();
  }
  PluginRecord& record = records_[draft.path];
  record.path = draft.path;
  record.live = std::move(draft.candidate);
  record.since = now;
  record.before = std::move(before);
  record.version_before = std::move(version_before);
  record.refused.reset();
  record.tried = std::move(draft.tried);
}

void PluginInventory::refuse(const Draft& draft, const std::string& reason) {
  const std::lock_guard lock(mutex_);
  record_refusal(draft.path, LoadFailure(FailureCode::configuration, draft.path, reason));
  records_[draft.path].tried = draft.tried;
}

void PluginInventory::record_refusal(const std::string& path, const LoadFailure& failure) {
  PluginRecord& record = records_[path];
  record.path = path;
  record.refused = failure;
  ++record.refusals;
}

const PluginRecord& PluginInventory::find(std::string_view name) const {
  for (const auto& [path, record] : records_)
    if (record.live && is_called(record.live->info(), name)) return record;
  throw std::invalid_argument("no plugin that serves has the id, the file name or a module type '" + std::string(name) + "'");
}

std::string PluginInventory::path_of(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  return find(name).path;
}

std::vector<std::shared_ptr<const Plugin>> PluginInventory::live() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const Plugin>> plugins;
  for (const auto& [path, record] : records_)
    if (record.live) plugins.push_back(record.live);
  return plugins;
}

std::vector<PluginRecord> PluginInventory::records() const {
  const std::lock_guard lock(mutex_);
  std::vector<PluginRecord> all;
  std::error_code unknown;
  for (const auto& [path, record] : records_)
    if (record.live || fs::exists(path, unknown)) all.push_back(record);
  return all;
}

std::vector<RetiredPlugin> PluginInventory::retired() const {
  const std::lock_guard lock(mutex_);
  std::erase_if(retired_, [](const RetiredPlugin& one) { return one.mapping.expired(); });
  return retired_;
}

}  // namespace patchbay::plugins
