#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace patchbay::commands {

/// Exit statuses of the executable.
enum Exit : int {
  success = 0,
  failure = 1,    ///< it was tried and did not work
  bad_input = 2,  ///< the command line or the configuration is wrong
};

struct RunOptions {
  std::string file;
  std::string listen;      ///< overrides [server] listen
  std::string log_level;   ///< overrides [log] level
  std::string log_format;  ///< overrides [log] format
  bool allow_unauthenticated = false;
};
int run_gateway(const RunOptions& options);

struct CheckOptions {
  std::string file;
  bool json = false;
};
int check(const CheckOptions& options);

/// `patchbay doctor`
struct DoctorOptions {
  std::string file;
  bool json = false;
  bool offline = false;  ///< nothing beyond this machine is asked
  unsigned timeout = 5;  ///< seconds that each answer may take
  std::string identity;  ///< PEM with certificate and key to show to a running host that asks for one
};
int examine(const DoctorOptions& options);

struct PluginOptions {
  std::vector<std::string> directories;  ///< besides our own, or PATCHBAY_PLUGIN_PATH
  std::string name;                      ///< file or plugin id or module type to inspect
  bool json = false;
};
int list_plugins(const PluginOptions& options);
int inspect_plugin(const PluginOptions& options);
/// Prints the JSON Schema of a configuration file; what each module type takes is under `$defs`.
int print_schema(const PluginOptions& options);

struct NewPluginOptions {
  std::string kind;  ///< as in TOML: llmSwitch, workflow, compatibility, provider, hook
  std::string name;
  std::string directory;  ///< empty: one called like the plugin
};
int new_plugin(const NewPluginOptions& options);

/// What to test of a plugin file, and how.
struct PluginCheckOptions {
  std::string file;
  std::vector<std::string> tests;  ///< by name; empty: all
  bool list = false;               ///< only say which tests there are
  std::string format = "text";     ///< or "json"
  std::string config_file;         ///< JSON, for modules that cannot be made from their defaults
  std::uint64_t seed = 1;
  unsigned timeout = 60;  ///< seconds for each test
  std::string directory;  ///< of one test's own process: where it may put copies
};
int check_plugin(const PluginCheckOptions& options);
/// One test, in the process that `check_plugin` started for it.
int check_plugin_once(const PluginCheckOptions& options);

/// How to reach a running host.
struct AdminOptions {
  std::string address;      ///< "http://HOST:PORT", "https://HOST:PORT" or "unix:PATH"; empty: what the configuration file says
  std::string token;        ///< empty: what the configuration file says
  std::string ca_file;      ///< PEM; empty: the certificate that the configuration file names, or the system's authorities
  std::string identity;     ///< PEM with certificate and key to show, for a host that asks for one
  std::string config_file;  ///< whose [admin] table to use
};

/// What to do to a plugin of a running host.
struct PluginChangeOptions {
  enum class Change { add, reload, remove, rollback } change = Change::add;
  std::string plugin;  ///< a file to add; else an id, a file name or a module type
  bool allow_downgrade = false;
  AdminOptions admin;
};
int change_plugin(const PluginChangeOptions& options);
int list_live_plugins(const AdminOptions& admin, bool json);

/// `patchbay trace`
struct TraceOptions {
  std::string id;  ///< of a request; empty: list the latest
  bool json = false;
  AdminOptions admin;
};
int show_trace(const TraceOptions& options);

/// `patchbay perf`
struct PerformanceOptions {
  std::string since = "5m";
  bool json = false;
  AdminOptions admin;
};
int show_performance(const PerformanceOptions& options);

/// `patchbay top`
struct TopOptions {
  std::string since = "30s";
  std::string interval = "2s";
  unsigned count = 0;  ///< screens to show; 0: until it is interrupted
  AdminOptions admin;
};
int show_top(const TopOptions& options);
/// What to do about the mode of a running host.
struct ModeOptions {
  enum class What { show, change, rollback, report } what = What::show;
  std::string mode;
  double percentage = 0.0;
  std::vector<double> ramp;
  std::string duration;  ///< as in "1h"
  bool validate = false;
  bool json = false;
  AdminOptions admin;
};
int change_mode(const ModeOptions& options);

/// What the shadow of a running host has seen.
int report_shadow(const AdminOptions& admin, bool json);

/// A dry run of a configuration.
struct PreRunOptions {
  std::string file;
  std::string against;   ///< a V1 configuration to compare with; empty: none
  std::string requests;  ///< a folder with more requests; empty: none
  bool json = false;
};
int prerun(const PreRunOptions& options);

struct ExplainOptions {
  std::string file;  ///< empty: ask a running host
  AdminOptions admin;
  std::string protocol = "openai-chat";
  std::string operation = "generate";
  std::string model;
  std::vector<std::string> headers;  ///< "Name: value"
  std::string body_file;             ///< "-" for standard input
  bool json = false;
};
int explain_route(const ExplainOptions& options);

/// Parses the command line, runs the command, returns the exit status.
int run_cli(int argc, char** argv);

}  // namespace patchbay::commands
