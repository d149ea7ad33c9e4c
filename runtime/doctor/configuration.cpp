#include "doctor/configuration.hpp"

#include <filesystem>
#include <map>
#include <set>

#include "access/needs_state.hpp"
#include "config/load.hpp"
#include "config/static_plan.hpp"
#include "doctor/told.hpp"
#include "server/policy.hpp"

namespace patchbay::doctor {

namespace fs = std::filesystem;

namespace {

std::string place_of(const config::Diagnostic& diagnostic) {
  std::string place = diagnostic.at.file;
  if (diagnostic.at.line != 0) place += ":" + std::to_string(diagnostic.at.line) + ":" + std::to_string(diagnostic.at.column);
  return diagnostic.key.empty() ? place : place + ": " + diagnostic.key;
}

Finding finding_of(const config::Diagnostic& diagnostic) {
  const Level level = diagnostic.warning ? Level::warning : Level::error;
  if (!diagnostic.suggestion.empty())
    return {level, place_of(diagnostic), diagnostic.message, "did you mean '" + diagnostic.suggestion + "'?"};
  return told(level, place_of(diagnostic), diagnostic.message, "change that place; configs/README.md has every key");
}

void note_used(const std::vector<config::Route>& routes, std::set<std::string>& used) {
  for (const config::Route& route : routes)
    for (const config::Target& target : route.targets)
      for (const config::ModuleUse& module : target.modules) used.insert(module.library);
}

/// One finding a file: a library of vendors has many entries that nobody needs.
Findings unused_entries(const config::Settings& settings) {
  std::set<std::string> used(settings.pool.preload_library.begin(), settings.pool.preload_library.end());
  note_used(settings.routes, used);
  for (const config::HookUse& hook : settings.hooks) used.insert(hook.module.library);
  std::map<std::string, std::string> unused;  // file → names
  for (const auto& [name, entry] : settings.library)
    if (!used.contains(name)) unused[entry.at.file] += (unused[entry.at.file].empty() ? "" : ", ") + name;
  Findings findings;
  for (const auto& [file, names] : unused)
    findings.push_back({Level::note, file, "no route, hook or [pool] preload_library names these [library] entries: " + names,
                        "take them out if they are left over"});
  return findings;
}

/// "2 routes", "1 route and 3 V1 pools"
std::string what_it_has(const config::Settings& settings) {
  const auto counted = [](std::size_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
  };
  if (!settings.v1.plan) return counted(settings.routes.size(), "route");
  return counted(settings.routes.size(), "route") + " and " + counted(settings.v1.plan->routes.size(), "V1 pool");
}

Findings who_may_change(const config::Settings& settings) {
  Findings findings;
  for (const std::string& file : settings.files) {
    std::error_code unknown;
    if ((fs::status(file, unknown).permissions() & fs::perms::others_write) != fs::perms::none && !unknown)
      findings.push_back({Level::warning, file, "every user of this machine may change it", "chmod o-w " + file});
  }
  return findings;
}

Findings who_may_call(const config::Settings& settings) {
  const bool has_keys = access::has_keys(settings.access);
  const config::ServerSettings& server = settings.server;
  const std::string subject = "server.listen";
  try {
    if (const std::string objection = server::bind_objection(server, has_keys); !objection.empty())
      return {{Level::error, subject, objection.substr(0, objection.find(". ")), objection.substr(objection.find(". ") + 2)}};
    config::ServerSettings without_leave = server;
    without_leave.allow_unauthenticated = false;
    if (!server::bind_objection(without_leave, has_keys).empty())
      return {{Level::warning, subject, "allow_unauthenticated lets everybody who reaches " + server.listen + " spend your keys",
               "set [server] api_keys or [[keys]], unless something before the gateway knows its callers"}};
  } catch (const std::invalid_argument& malformed) {
    return {told(Level::error, subject, malformed.what(), "write it like 127.0.0.1:8080 or [::1]:8080")};
  }
  return {};
}

}  // namespace

Findings examine_configuration(const std::string& file, const std::vector<config::Diagnostic>& diagnostics,
                               const config::Settings* settings) {
  Findings findings;
  for (const config::Diagnostic& one : diagnostics) findings.push_back(finding_of(one));
  if (settings == nullptr) return findings;
  add(findings, who_may_call(*settings));
  add(findings, who_may_change(*settings));
  if (!settings->v1.plan) add(findings, unused_entries(*settings));
  if (!config::has_errors(diagnostics)) findings.insert(findings.begin(), {Level::ok, file, "valid, with " + what_it_has(*settings), {}});
  return findings;
}

}  // namespace patchbay::doctor
