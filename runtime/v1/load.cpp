#include "v1/load.hpp"

#include <utility>

#include "config/environment.hpp"
#include "config/file_text.hpp"
#include "v1/json_source.hpp"
#include "v1/read_file.hpp"
#include "v1/static_plan.hpp"

namespace patchbay::v1 {

namespace {

/// What is missing is said where the file is read; what else there is to know says `patchbay migrate`.
void warn_of_dropped(const Plan& plan, const config::Located& document, std::vector<config::Diagnostic>& diagnostics) {
  for (const Note& note : plan.notes)
    if (note.drops) diagnostics.push_back({document.find(note.pointer), config::key_of(note.pointer), note.text, {}, true});
}

/// Adds what a V1 file says to the settings.
void add_v1(const std::string& path, config::Settings& settings, config::Loaded& loaded, bool alone) {
  settings.files.push_back(path);
  Lowered lowered = read_and_lower(path, true, loaded.diagnostics);
  if (!lowered.plan) return;
  warn_of_dropped(*lowered.plan, lowered.document, loaded.diagnostics);
  settings.v1.config = path;
  settings.v1.plan = std::make_shared<const config::StaticPlan>(
      static_plan(*lowered.plan, settings, lowered.document, settings.files, loaded.diagnostics));
  if (!alone) return;
  settings.server.listen = lowered.plan->listen;
  settings.classification = lowered.plan->classification;
  for (const std::string& key : lowered.plan->api_keys) {
    std::vector<std::string> faults;
    const auto secret = lowered.plan->secrets.find("PATCHBAY_API_KEY");
    settings.server.api_keys.push_back(
        secret != lowered.plan->secrets.end() ? secret->second : config::expand_variables(key, config::environment_value, faults, faults));
    for (std::string& fault : faults) loaded.diagnostics.push_back({lowered.document.at, "httpserver.apikey", std::move(fault), {}});
  }
}

}  // namespace

bool is_v1(const std::string& path) { return path.ends_with(".json"); }

config::Loaded load(const std::string& path) {
  const bool alone = is_v1(path);
  config::Loaded loaded;
  if (alone)
    loaded.settings.emplace();
  else
    loaded = config::load(path);
  config::Settings* const settings = loaded.settings ? &*loaded.settings : loaded.draft ? &*loaded.draft : nullptr;
  if (settings == nullptr) return loaded;
  if (const std::string file = alone ? path : settings->v1.config; !file.empty()) add_v1(file, *settings, loaded, alone);
  config::sort_by_place(loaded.diagnostics, path);
  if (loaded.settings && config::has_errors(loaded.diagnostics)) loaded.draft = std::exchange(loaded.settings, std::nullopt);
  return loaded;
}

Lowered read_and_lower(const std::string& path, bool for_serving, std::vector<config::Diagnostic>& diagnostics) {
  Lowered lowered;
  const std::optional<std::string> text = config::file_text(path);
  if (!text) {
    diagnostics.push_back({{path, 0, 0}, "", "cannot read '" + path + "'; does it exist, and may this user read it?", {}});
    return lowered;
  }
  std::optional<config::Located> document = read_json(*text, path, diagnostics);
  if (!document) return lowered;
  lowered.document = std::move(*document);
  std::optional<Configuration> configuration = read_configuration(lowered.document, diagnostics);
  if (!configuration) return lowered;
  lowered.dialect = configuration->dialect;
  if (for_serving) {
    check_environment(*configuration);
    if (std::string reasons = why_nothing_serves(*configuration); !reasons.empty()) {
      diagnostics.push_back({lowered.document.at, "", std::move(reasons), {}});
      return lowered;
    }
  }
  lowered.plan = lower(*configuration);
  return lowered;
}

}  // namespace patchbay::v1
