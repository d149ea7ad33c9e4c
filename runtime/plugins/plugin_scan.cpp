#include "plugins/plugin_scan.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

namespace patchbay::plugins {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> libraries_in(const std::string& directory, std::vector<LoadFailure>& failures) {
  std::error_code failed;
  std::vector<std::string> files;
  fs::directory_iterator it(directory, failed);
  if (failed) {
    failures.emplace_back(
        FailureCode::directory_missing, directory,
        "this plugin directory cannot be read: " + failed.message() + "; create it or take it out of [plugins] directories");
    return files;
  }
  for (; it != fs::directory_iterator(); it.increment(failed)) {
    const std::string name = it->path().filename().string();
    if (!name.starts_with('.') && name.ends_with(".so")) files.push_back(it->path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

void refuse_duplicates(const PluginInfo& info, const std::vector<std::shared_ptr<const Plugin>>& plugins) {
  for (const auto& other : plugins) {
    if (other->info().id == info.id)
      throw LoadFailure(FailureCode::duplicate_id, info.path,
                        "plugin id " + info.id + " is loaded already from " + other->info().path + "; remove one of the two");
    for (const ModuleInfo& theirs : other->info().modules)
      for (const ModuleInfo& module : info.modules)
        if (theirs.type == module.type)
          throw LoadFailure(FailureCode::duplicate_type, info.path,
                            "module type " + module.type + " is brought already by " + other->info().id + " from " + other->info().path +
                                "; rename one of the two");
  }
}

ScanResult scan(const std::vector<std::string>& directories, StagingDirectory& staging, const SignaturePolicy& signatures,
                const TryOut& try_out) {
  ScanResult result;
  std::set<std::string> seen;
  for (const std::string& directory : directories) {
    std::error_code ignored;
    if (!seen.insert(fs::weakly_canonical(directory, ignored).string()).second) continue;
    for (const std::string& file : libraries_in(directory, result.failures)) {
      try {
        std::shared_ptr<const Plugin> plugin = Plugin::load(file, staging, staging.next_generation(), signatures, try_out);
        refuse_duplicates(plugin->info(), result.plugins);
        result.plugins.push_back(std::move(plugin));
      } catch (const LoadFailure& failure) {
        result.failures.push_back(failure);
      }
    }
  }
  return result;
}

}  // namespace patchbay::plugins
