#include <cstdio>
#include <optional>
#include <utility>

#include "access/needs_state.hpp"
#include "commands/assemble_file.hpp"
#include "commands/cli.hpp"
#include "doctor/certificates.hpp"
#include "doctor/clear_secrets.hpp"
#include "doctor/configuration.hpp"
#include "doctor/host_limits.hpp"
#include "doctor/listeners.hpp"
#include "doctor/origins.hpp"
#include "doctor/plugin_files.hpp"
#include "doctor/report.hpp"
#include "doctor/stores.hpp"
#include "doctor/upstreams.hpp"
#include "monitoring/logging.hpp"
#include "patchbay/plain_json.hpp"

namespace patchbay::commands {

namespace {

using doctor::Findings;

/// What is examined, and how.
class Examination {
 public:
  explicit Examination(const DoctorOptions& options)
      : options_(options), timeout_(std::chrono::seconds(options.timeout)), file_(assemble_file(options.file)) {
    if (!file_.pool) file_.plugins = load_plugins({});
  }

  [[nodiscard]] doctor::Report report() const {
    doctor::Report report{options_.file, {}};
    report.sections.push_back({"configuration", configuration()});
    report.sections.push_back({"plugins", plugins()});
    if (file_.settings) {
      report.sections.push_back({"listeners", listeners()});
      report.sections.push_back({"certificates", certificates()});
      report.sections.push_back({"upstreams", upstreams()});
      report.sections.push_back({"state", state()});
      report.sections.push_back({"host", doctor::examine_host(doctor::facts_of_this_host(), file_.settings->server)});
    }
    return report;
  }

 private:
  [[nodiscard]] Findings configuration() const {
    const config::Settings* const settings = file_.settings ? &*file_.settings : nullptr;
    Findings findings = doctor::examine_configuration(options_.file, file_.diagnostics, settings);
    if (settings == nullptr)
      findings.push_back(
          {doctor::Level::note, options_.file, "ports, certificates, providers and state are not examined before it can be read", {}});
    else
      add(findings, doctor::examine_secrets(*settings, file_.plugins.registry));
    return findings;
  }

  [[nodiscard]] Findings plugins() const {
    const std::optional<config::Settings>& read = file_.settings ? file_.settings : file_.draft;
    const config::PluginSettings settings = read ? read->plugins : config::PluginSettings{};
    Findings findings = doctor::examine_plugins(plugin_directories(settings.directories), file_.plugins.scan, settings);
    if (file_.plugins.supervisor) add(findings, doctor::examine_processes(file_.plugins.supervisor->processes()));
    return findings;
  }

  [[nodiscard]] Findings listeners() const {
    Findings findings = doctor::examine_server_listener(file_.settings->server, timeout_);
    std::optional<doctor::Candidate> candidate;
    if (file_.assembly) candidate.emplace(doctor::Candidate{*file_.assembly, *file_.pool});
    add(findings, doctor::examine_admin_listener(file_.settings->admin, candidate ? &*candidate : nullptr, {timeout_, options_.identity}));
    return findings;
  }

  [[nodiscard]] Findings certificates() const {
    Findings findings = doctor::examine_certificates(file_.settings->server.tls, "server.tls");
    add(findings, doctor::examine_certificates(file_.settings->admin.tls, "admin.tls"));
    return findings;
  }

  [[nodiscard]] Findings upstreams() const {
    if (options_.offline) return {{doctor::Level::note, "providers", "not called, because of --offline", {}}};
    Findings findings;
    const std::vector<doctor::Destination> destinations = doctor::destinations_of(*file_.settings, file_.plugins.registry, findings);
    add(findings, doctor::examine_upstreams(destinations, file_.settings->upstream, timeout_));
    return findings;
  }

  [[nodiscard]] Findings state() const {
    const config::AccessTables& access = file_.settings->access;
    Findings findings;
    if (access::needs_state(access)) findings = doctor::examine_state(access.state, options_.offline, timeout_);
    add(findings, doctor::examine_written_files(*file_.settings));
    return findings;
  }

  const DoctorOptions& options_;
  const std::chrono::milliseconds timeout_;
  AssembledFile file_;
};

}  // namespace

int examine(const DoctorOptions& options) {
  // What is found is in the report; what the host would log on its way is no part of it.
  monitoring::set_up_logging("off", monitoring::LogFormat::text);
  const doctor::Report report = Examination(options).report();
  const std::string text = options.json ? plain_json(describe(report)) + "\n" : text_of(report);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return report.count(doctor::Level::error) == 0 ? Exit::success : Exit::failure;
}

}  // namespace patchbay::commands
