#include "config/load.hpp"

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <tuple>
#include <utility>

#include "config/access.hpp"
#include "config/file_text.hpp"
#include "config/hooks.hpp"
#include "config/read_sound.hpp"
#include "config/routes.hpp"
#include "config/secrets.hpp"
#include "config/toml_reader.hpp"
#include "config/unmet.hpp"

namespace patchbay::config {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

const std::vector<std::string> main_tables{"include", "server", "log",     "plugins",    "admin",     "pool",  "upstream", "failover",
                                           "library", "routes", "hooks",   "access",     "state",     "keys",  "prices",   "classification",
                                           "v1",      "mode",   "metrics", "access_log", "telemetry", "debug", "probe"};
const std::vector<std::string> included_tables{"include", "library", "routes"};

bool is_glob(const std::string& pattern) { return pattern.find_first_of("*?[") != std::string::npos; }

/// Whether only this machine can reach an address as `listen` has it.
bool is_loopback(std::string_view listen) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (listen.starts_with(scheme)) listen.remove_prefix(scheme.size());
  return listen.starts_with("127.") || listen.starts_with("[::1]") || listen.starts_with("localhost:");
}

/// The files that a pattern means, by name. The folder that it starts at is taken literally.
std::vector<std::string> matches_of(const fs::path& folder, const std::string& pattern) {
  std::string whole;
  if (fs::path(pattern).is_relative() && !folder.empty()) {
    for (const char c : folder.string()) {
      if (std::string_view("*?[\\").find(c) != std::string_view::npos) whole += '\\';
      whole += c;
    }
    whole += '/';
  }
  whole += pattern;
  glob_t found{};
  std::vector<std::string> paths;
  if (glob(whole.c_str(), 0, nullptr, &found) == 0) paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  globfree(&found);
  return paths;
}

/// Takes the configurations away in which there is an error, so that no module is made from what is left of them.
void withhold_faulty(Settings& settings, const std::vector<Diagnostic>& diagnostics) {
  const auto is_faulty = [&diagnostics](const Located& config) {
    const auto on_its_line = [](const Position& at) {
      return [&at](const Diagnostic& one) { return !one.warning && one.at.line == at.line && one.at.file == at.file; };
    };
    return std::any_of(config.parts.begin(), config.parts.end(),
                       [&](const auto& part) { return std::any_of(diagnostics.begin(), diagnostics.end(), on_its_line(part.second)); });
  };
  for (Route& route : settings.routes)
    for (Target& target : route.targets)
      for (ModuleUse& use : target.modules)
        if (is_faulty(use.config)) use.config.value = nullptr;
  for (HookUse& hook : settings.hooks)
    if (is_faulty(hook.module.config)) hook.module.config.value = nullptr;
}

class Loader {
 public:
  Loaded load(const std::string& path) {
    read_file(path, Position{path, 0, 0}, true);
    Loaded loaded;
    if (!documents_.empty()) {
      loaded.settings = settings();
      loaded.document = std::move(documents_.front());
    }
    loaded.diagnostics = std::move(diagnostics_);
    sort_by_place(loaded.diagnostics, path);
    if (!has_errors(loaded.diagnostics)) return loaded;
    if (loaded.settings) withhold_faulty(*loaded.settings, loaded.diagnostics);
    loaded.draft = std::exchange(loaded.settings, std::nullopt);
    return loaded;
  }

 private:
  void fault(Position at, std::string key, std::string message, std::string suggestion = {}) {
    diagnostics_.push_back({std::move(at), std::move(key), std::move(message), std::move(suggestion)});
  }

  static std::string identity_of(const std::string& path) {
    std::error_code unreachable;
    const fs::path canonical = fs::weakly_canonical(path, unreachable);
    return unreachable ? path : canonical.string();
  }

  bool is_open(const std::string& path) const { return std::find(open_.begin(), open_.end(), identity_of(path)) != open_.end(); }

  /// Reads one file and, in their place, the files that it includes.
  void read_file(const std::string& path, const Position& named_at, bool is_main) {
    const std::string identity = identity_of(path);
    if (is_open(path)) {
      fault(named_at, "include", "'" + path + "' includes itself, directly or through others");
      return;
    }
    if (!seen_.insert(identity).second) return;
    const std::optional<std::string> text = file_text(path);
    if (!text) {
      fault(named_at, is_main ? "" : "include", "cannot read '" + path + "'; does it exist, and may this user read it?");
      return;
    }
    files_.push_back(path);
    std::optional<Located> document = read_toml(*text, path, diagnostics_, unmet_);
    if (!document) return;
    resolve_secrets(*document, files_, diagnostics_, unmet_);
    const std::vector<std::string>& tables = is_main ? main_tables : included_tables;
    for (const auto& member : document->value.get_object()) {
      const std::string name(member.key());
      if (std::find(tables.begin(), tables.end(), name) == tables.end())
        fault(document->find("/" + name), name,
              std::find(main_tables.begin(), main_tables.end(), name) == main_tables.end()
                  ? "unknown table"
                  : "an included file may have only [library.*] and [[routes]]; this belongs into the main file",
              nearest(name, tables));
    }
    open_.push_back(identity);
    const Located include = document->part("/include");
    documents_.push_back(std::move(*document));
    follow(include, path);
    open_.pop_back();
  }

  void follow(const Located& include, const std::string& from) {
    if (include.value.is_null()) return;
    std::vector<std::string> patterns;
    try {
      patterns = parse<std::vector<std::string>>(include.value);
    } catch (const Error& error) {
      for (Diagnostic& one : diagnose(error.faults(), include, "include")) diagnostics_.push_back(std::move(one));
    }
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      const Position at = include.find("/" + std::to_string(i));
      const fs::path folder = fs::path(from).parent_path();
      if (is_glob(patterns[i])) {
        for (const std::string& path : matches_of(folder, patterns[i]))
          if (!is_open(path)) read_file(path, at, false);  // a pattern may well match the file that it stands in
        continue;
      }
      const std::string path = (folder / patterns[i]).string();
      std::error_code unreachable;
      if (fs::exists(path, unreachable))
        read_file(path, at, false);
      else
        fault(at, "include", "there is no file '" + path + "'");
    }
  }

  template <class T>
  T table(const char* name) {
    const Located located = documents_.front().part(std::string("/") + name);
    if (located.value.is_null()) return {};
    return read_sound<T>(located, name, diagnostics_).value_or(T{});
  }

  void check_preload(const Settings& settings) {
    std::vector<std::string> known;
    for (const auto& [name, entry] : settings.library) known.push_back(name);
    for (std::size_t i = 0; i < settings.pool.preload_library.size(); ++i) {
      const std::string& name = settings.pool.preload_library[i];
      const std::string index = std::to_string(i);
      if (!settings.library.contains(name))
        fault(documents_.front().find("/pool/preload_library/" + index), "pool.preload_library[" + index + "]",
              "there is no [library." + name + "]", nearest(name, known));
    }
  }

  /// Files of a listener's certificate are watched like those that were read.
  void settle_tls(const std::string& table, const fs::path& folder, ListenerTls& tls) {
    for (std::string* const file : {&tls.certificate, &tls.private_key, &tls.client_ca}) {
      if (file->empty()) continue;
      *file = (folder / *file).lexically_normal().string();
      files_.push_back(*file);
    }
    if (tls.certificate.empty() != tls.private_key.empty())
      fault(documents_.front().find("/" + table + "/tls"), table + ".tls", "`certificate` and `private_key` belong together");
  }

  void check_admin(const AdminSettings& admin) {
    const bool encrypts = !admin.tls.certificate.empty();
    const Position at = documents_.front().find("/admin/listen");
    if (admin.listen.starts_with("unix:")) {
      if (encrypts) fault(documents_.front().find("/admin/tls"), "admin.tls", "there is no TLS on a Unix socket; take one of the two out");
    } else if (!admin.listen.empty() && !encrypts && !is_loopback(admin.listen)) {
      diagnostics_.push_back({at,
                              "admin.listen",
                              "other machines can reach " + admin.listen +
                                  ", and the token, plugins and bodies pass without encryption; set [admin.tls], or listen on 127.0.0.1 or "
                                  "unix:PATH",
                              {},
                              true});
    }
  }

  Settings settings() {
    Settings settings;
    settings.server = table<ServerSettings>("server");
    settings.log = table<LogSettings>("log");
    settings.plugins = table<PluginSettings>("plugins");
    settings.admin = table<AdminSettings>("admin");
    settings.pool = table<PoolSettings>("pool");
    settings.upstream = table<UpstreamSettings>("upstream");
    settings.classification = table<ClassificationSettings>("classification");
    settings.v1 = table<V1Settings>("v1");
    settings.mode = table<ModeSettings>("mode");
    settings.failover = table<FailoverSettings>("failover");
    settings.probe = table<ProbeSettings>("probe");
    const fs::path folder = fs::path(files_.front()).parent_path();
    for (std::string& directory : settings.plugins.directories) directory = (folder / directory).lexically_normal().string();
    settings.metrics = table<MetricsSettings>("metrics");
    settings.access_log = table<AccessLogSettings>("access_log");
    settings.telemetry = table<TelemetrySettings>("telemetry");
    settings.debug = table<DebugSettings>("debug");
    if (!settings.access_log.path.empty() && settings.access_log.path != "stderr")
      settings.access_log.path = (folder / settings.access_log.path).lexically_normal().string();
    settle_tls("server", folder, settings.server.tls);
    settle_tls("admin", folder, settings.admin.tls);
    check_admin(settings.admin);
    if (!settings.v1.config.empty()) settings.v1.config = (folder / settings.v1.config).lexically_normal().string();
    if (!settings.mode.state_file.empty()) settings.mode.state_file = (folder / settings.mode.state_file).lexically_normal().string();
    if (!settings.admin.uploads.empty()) settings.admin.uploads = (folder / settings.admin.uploads).lexically_normal().string();
    if (!settings.upstream.ca_file.empty()) settings.upstream.ca_file = (folder / settings.upstream.ca_file).string();

    for (const Located& document : documents_) read_library(document, settings, diagnostics_);
    check_preload(settings);
    read_hooks(documents_.front(), settings, diagnostics_);
    std::size_t index = 0;
    for (const Located& document : documents_) read_routes(document, index, settings, diagnostics_);
    read_access(documents_.front(), folder.string(), settings, diagnostics_);
    std::vector<std::string> used = settings.pool.preload_library;
    for (const Located& document : documents_) add_used_entries(document, used);
    for (Diagnostic& one : faults_of(std::move(unmet_), used)) diagnostics_.push_back(std::move(one));
    if (settings.routes.empty() && settings.v1.config.empty() && !has_errors(diagnostics_))
      fault({files_.front(), 1, 1}, "routes", "there is no [[routes]] entry: nothing could be served");
    settings.files = files_;
    return settings;
  }

  std::vector<Diagnostic> diagnostics_;
  std::vector<Unmet> unmet_;
  std::vector<Located> documents_;  // the main file's first
  std::vector<std::string> files_;
  std::vector<std::string> open_;  // files whose includes are being followed
  std::set<std::string> seen_;
};

}  // namespace

Loaded load(const std::string& path) { return Loader().load(path); }

void sort_by_place(std::vector<Diagnostic>& diagnostics, const std::string& main_file) {
  const auto place = [&main_file](const Diagnostic& one) {
    return std::tuple(one.at.file != main_file, one.at.file, one.at.line, one.at.column);
  };
  std::stable_sort(diagnostics.begin(), diagnostics.end(), [&](const Diagnostic& a, const Diagnostic& b) { return place(a) < place(b); });
}

void place(std::vector<Diagnostic>& diagnostics, const Located& document) {
  for (Diagnostic& one : diagnostics) {
    if (one.at.line != 0 || one.key.empty() || one.at.file != document.at.file) continue;
    std::string pointer;
    for (const char c : "." + one.key)
      if (c != ']') pointer += c == '.' || c == '[' ? '/' : c;
    one.at = document.find(pointer);
  }
}

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& one) { return !one.warning; });
}

}  // namespace patchbay::config
