#include "doctor/plugin_files.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "doctor/told.hpp"
#include "patchbay/abi.h"
#include "patchbay/patchbay.h"
#include "plugins/validator/elf_file.hpp"

namespace patchbay::doctor {

namespace fs = std::filesystem;
using plugins::FailureCode;

namespace {

std::string_view cure_of(FailureCode code) {
  switch (code) {
    case FailureCode::directory_missing: return "create it, or take it out of [plugins] directories";
    case FailureCode::not_a_plugin: return "take the file out of the directory";
    case FailureCode::stamp_missing: return "build it with PATCHBAY_PLUGIN of the SDK (sdk/README.md)";
    case FailureCode::stamp_mismatch: return "build it anew with the SDK of this host (`patchbay --version`)";
    case FailureCode::staging_failed: return "set [plugins] state_directory to a folder that is writable and not mounted noexec";
    case FailureCode::load_failed: return "install what it is linked with; `ldd FILE` shows what is missing";
    case FailureCode::entry_missing:
    case FailureCode::descriptor_invalid: return "`patchbay plugin check FILE` says what is wrong with it";
    case FailureCode::duplicate_id:
    case FailureCode::duplicate_type: return "take one of the two files away";
    case FailureCode::signature_missing:
    case FailureCode::signature_invalid: return "have it signed by one of [plugins] trusted_keys";
    case FailureCode::downgrade:
    case FailureCode::too_many_versions:
    case FailureCode::trial_failed:
    case FailureCode::configuration: break;
  }
  return "`patchbay plugin check FILE` says more";
}

bool stands_in(const std::string& file, const std::string& directory) {
  std::error_code unknown;
  return fs::equivalent(fs::path(file).parent_path(), directory, unknown);
}

/// A directory that is named twice is scanned once.
std::vector<std::string> distinct(const std::vector<std::string>& directories) {
  std::vector<std::string> result;
  std::set<fs::path> seen;
  std::error_code unknown;
  for (const std::string& directory : directories)
    if (seen.insert(fs::weakly_canonical(directory, unknown)).second) result.push_back(directory);
  return result;
}

Finding what_loads(const std::string& directory, const plugins::ScanResult& scan) {
  constexpr std::size_t most_names = 3;
  std::size_t count = 0;
  std::string names;
  for (const auto& plugin : scan.plugins) {
    if (!stands_in(plugin->info().path, directory)) continue;
    if (count++ < most_names) names += (names.empty() ? "" : ", ") + plugin->info().id + " " + plugin->info().version;
  }
  if (count == 0)
    return {Level::note, directory, "no plugin loads from here", "put plugins (*.so) there, or take it out of [plugins] directories"};
  if (count > most_names) return {Level::ok, directory, std::to_string(count) + " plugins load; `patchbay plugin list` shows them", {}};
  return {Level::ok, directory, std::to_string(count) + (count == 1 ? " plugin loads: " : " plugins load: ") + names, {}};
}

Findings how_it_is_linked(const plugins::PluginInfo& plugin) {
  std::string exported;
  std::string unique;
  try {
    const plugins::validator::ElfFile file(plugin.path);
    for (const auto& symbol : file.dynamic_symbols()) {
      if (symbol.unique) unique = symbol.name;
      if (symbol.defined && symbol.name != PATCHBAY_ENTRY_SYMBOL && symbol.name != PATCHBAY_C_ENTRY_SYMBOL) exported = symbol.name;
    }
  } catch (const std::runtime_error&) {
    return {};  // replaced since it was loaded
  }
  const std::string cure = "link it with the SDK's plugin.map, or plugin-c.map; `patchbay plugin check " + plugin.path + "` lists them all";
  if (!unique.empty())
    return {{Level::warning, plugin.path, "it can never be unloaded: its symbol " + unique + " keeps it in memory", cure}};
  if (!exported.empty()) return {{Level::warning, plugin.path, "it exports " + exported + ", which may clash with another plugin", cure}};
  return {};
}

Findings who_may_add(const std::vector<std::string>& directories, const config::PluginSettings& settings) {
  Findings findings;
  for (const std::string& directory : distinct(directories)) {
    std::error_code unknown;
    if ((fs::status(directory, unknown).permissions() & fs::perms::others_write) != fs::perms::none && !unknown)
      findings.push_back(
          {Level::error, directory, "every user of this machine may put code there that the gateway runs", "chmod o-w " + directory});
  }
  if (settings.require_signed)
    findings.push_back({Level::ok, "plugins.require_signed", "only plugins that a trusted key has signed are loaded", {}});
  else if (settings.watch)
    findings.push_back({Level::note, "plugins.watch", "whoever may write to these directories runs code in the gateway",
                        "[plugins] trusted_keys and require_signed = true say whose plugins count"});
  return findings;
}

}  // namespace

Findings examine_plugins(const std::vector<std::string>& directories, const plugins::ScanResult& scan,
                         const config::PluginSettings& settings) {
  Findings findings;
  const auto is_missing = [&scan](const std::string& directory) {
    return std::any_of(scan.failures.begin(), scan.failures.end(), [&](const plugins::LoadFailure& failure) {
      return failure.code() == FailureCode::directory_missing && failure.path() == directory;
    });
  };
  for (const std::string& directory : distinct(directories))
    if (!is_missing(directory)) findings.push_back(what_loads(directory, scan));
  for (const plugins::LoadFailure& failure : scan.failures)
    findings.push_back(told(Level::error, failure.path(), failure.what(), cure_of(failure.code())));
  for (const auto& plugin : scan.plugins) add(findings, how_it_is_linked(plugin->info()));
  add(findings, who_may_add(directories, settings));
  return findings;
}

Findings examine_processes(const std::vector<isolation::ProcessStatus>& processes) {
  Findings findings;
  for (const isolation::ProcessStatus& process : processes)
    findings.push_back({Level::ok, process.plugin, "its isolated modules run in a process of their own", {}});
  return findings;
}

}  // namespace patchbay::doctor
