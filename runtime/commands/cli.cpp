#include "commands/cli.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "commands/keys_command.hpp"
#include "commands/migration.hpp"
#include "commands/replay_command.hpp"
#include "commands/version.hpp"
#include "isolation/hosted_plugin.hpp"

namespace patchbay::commands {

namespace {

void add_identity(CLI::App& command, std::string& identity) {
  command.add_option("--identity", identity, "PEM file with certificate and key to show to a running host, if it asks for one")
      ->envname("PATCHBAY_ADMIN_IDENTITY");
}

void add_run(CLI::App& app, int& status) {
  auto* command = app.add_subcommand("run", "Start the gateway on a configuration file");
  auto options = std::make_shared<RunOptions>();
  command->add_option("FILE", options->file, "TOML configuration, or a V1 configuration (JSON)")->required();
  command->add_option("--listen", options->listen, "Address to listen on instead of the file's, for example 127.0.0.1:8080");
  command->add_option("--log-level", options->log_level, "trace, debug, info, warning, error or off");
  command->add_option("--log-format", options->log_format, "text (for people) or json (one object a line)")
      ->check(CLI::IsMember({"text", "json"}));
  command->add_flag("--allow-unauthenticated", options->allow_unauthenticated,
                    "Bind a non-loopback address although no api_keys are configured");
  command->callback([options, &status] { status = run_gateway(*options); });
}

void add_check(CLI::App& app, int& status) {
  auto* command = app.add_subcommand("check", "Validate a configuration file without starting; every fault is reported at once");
  auto options = std::make_shared<CheckOptions>();
  command->add_option("FILE", options->file, "TOML configuration")->required();
  command->add_flag("--json", options->json, "Print the faults as JSON");
  command->callback([options, &status] { status = check(*options); });
}

void add_doctor(CLI::App& app, int& status) {
  auto* command =
      app.add_subcommand("doctor", "Examine configuration, plugins, ports, providers, certificates and state; each finding has its cure");
  auto options = std::make_shared<DoctorOptions>();
  command->add_option("FILE", options->file, "TOML configuration, or a V1 configuration (JSON)")->required();
  command
      ->add_option_function<std::string>(
          "--format", [options](const std::string& format) { options->json = format == "json"; }, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  command->add_flag("--offline", options->offline, "Ask nothing beyond this machine: no provider, no proxy, no Redis");
  command->add_option("--timeout", options->timeout, "Seconds that each answer may take")->check(CLI::Range(1, 300))->capture_default_str();
  add_identity(*command, options->identity);
  command->callback([options, &status] { status = examine(*options); });
}

void add_plugin_change(CLI::App& plugin, int& status, PluginChangeOptions::Change change, const char* name, const char* argument,
                       const char* argument_text, const char* text) {
  auto options = std::make_shared<PluginChangeOptions>();
  options->change = change;
  auto* command = plugin.add_subcommand(name, text);
  command->add_option(argument, options->plugin, argument_text)->required();
  if (change == PluginChangeOptions::Change::add || change == PluginChangeOptions::Change::reload)
    command->add_flag("--allow-downgrade", options->allow_downgrade, "Also if it is an older version than the one that serves");
  add_admin(*command, options->admin);
  command->callback([options, &status] { status = change_plugin(*options); });
}

void add_plugin_check(CLI::App& plugin, int& status) {
  auto options = std::make_shared<PluginCheckOptions>();
  auto* check = plugin.add_subcommand("check", "Test a plugin file for what the host relies on, each test in a process of its own");
  check->add_option("FILE", options->file, "A .so file");
  check->add_option("--test", options->tests, "Only this test; may be repeated")->allow_extra_args(false);  // what follows is FILE
  check->add_flag("--list", options->list, "Say which tests there are");
  check->add_option("--format", options->format, "text or json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  check->add_option("--config", options->config_file,
                    "JSON file with the configuration to test with, or one by module type, where the defaults do not do");
  check->add_option("--seed", options->seed, "Of everything random")->capture_default_str();
  check->add_option("--timeout", options->timeout, "Seconds that each test may take")->check(CLI::Range(1, 3600))->capture_default_str();
  check->callback([options, &status] { status = check_plugin(*options); });

  auto* once = plugin.add_subcommand("check-one", "")->group("");  // what `check` starts for each test
  once->add_option("FILE", options->file)->required();
  once->add_option("--test", options->tests)->required()->allow_extra_args(false);
  once->add_option("--config", options->config_file);
  once->add_option("--seed", options->seed);
  once->add_option("--directory", options->directory)->required();
  once->callback([options, &status] { status = check_plugin_once(*options); });
}

void add_plugin(CLI::App& app, int& status) {
  auto* command = app.add_subcommand("plugin", "Look at plugins, and change those of a running host");
  command->require_subcommand(1);

  auto options = std::make_shared<PluginOptions>();
  auto admin = std::make_shared<AdminOptions>();
  auto* list = command->add_subcommand(
      "list", "List the plugins that load, and why others do not; with --admin or --config, those of a running host with generations");
  list->add_option("--dir", options->directories, "Directory to look in; may be repeated");
  list->add_flag("--json", options->json, "Print JSON");
  add_admin(*list, *admin);
  list->callback([options, admin, &status] {
    const bool live = !admin->address.empty() || !admin->config_file.empty();
    status = live ? list_live_plugins(*admin, options->json) : list_plugins(*options);
  });

  auto new_options = std::make_shared<NewPluginOptions>();
  auto* made = command->add_subcommand("new", "Write a plugin project that builds, passes its test and runs as it stands");
  made->add_option("KIND", new_options->kind, "What it is for")
      ->required()
      ->check(CLI::IsMember({"llmSwitch", "workflow", "compatibility", "provider", "hook"}));
  made->add_option("NAME", new_options->name, "Its name: lower case letters, digits and '-'")->required();
  made->add_option("--dir", new_options->directory, "Directory to write; one called like the plugin if not given");
  made->callback([new_options, &status] { status = new_plugin(*new_options); });

  using Change = PluginChangeOptions::Change;
  constexpr const char* which = "Its id, file name or a module type";
  add_plugin_change(*command, status, Change::add, "add", "FILE", "A .so file, as the host sees it",
                    "Load a plugin into a running host, in place of one with the same id");
  add_plugin_change(*command, status, Change::reload, "reload", "PLUGIN", which, "Load the file of a plugin of a running host anew");
  add_plugin_change(*command, status, Change::rollback, "rollback", "PLUGIN", which, "Go back to the version of a plugin before");
  add_plugin_change(*command, status, Change::remove, "remove", "PLUGIN", which,
                    "Unload a plugin of a running host; refused while its configuration names it");

  auto* inspect = command->add_subcommand("inspect", "Show a plugin's manual page: summary, status, options with defaults, example");
  inspect->add_option("PLUGIN", options->name, "A .so file, a plugin id, or a module type")->required();
  inspect->add_option("--dir", options->directories, "Directory to look in; may be repeated");
  inspect->add_flag("--json", options->json, "Print JSON");
  inspect->callback([options, &status] { status = inspect_plugin(*options); });
  add_plugin_check(*command, status);
}

void add_mode(CLI::App& app, int& status) {
  using What = ModeOptions::What;
  auto* command = app.add_subcommand("mode", "Look at who answers in a running host, V1 or V2, and change it");
  command->require_subcommand(1);
  const auto add = [&](const char* name, What what, const char* text) {
    auto options = std::make_shared<ModeOptions>();
    options->what = what;
    options->mode = name;
    auto* one = command->add_subcommand(name, text);
    add_admin(*one, options->admin);
    one->add_flag("--json", options->json, "Print JSON");
    one->callback([options, &status] { status = change_mode(*options); });
    return std::pair(one, options);
  };
  constexpr const char* dry_run = "Only if a dry run of every route goes well";
  add("show", What::show, "Show the mode, and how a gradual switch goes");
  add("report", What::report, "Show what became of each switch");
  add("rollback", What::rollback, "Go back to the mode before, for the very next request");
  add("v1", What::change, "V1 answers");
  const auto [v2, v2_options] = add("v2", What::change, "V2 answers");
  v2->add_flag("--validate", v2_options->validate, dry_run);
  add("shadow", What::change, "V1 answers, and V2 sees a copy of each request");
  const auto [gradual, options] = add("gradual", What::change, "V2 answers a share of the clients, and the same ones as the share rises");
  auto* percentage = gradual->add_option("--percentage", options->percentage, "V2's share of the clients");
  gradual->add_option("--ramp", options->ramp, "Shares that follow one another, as in 5,25,50,100")->delimiter(',')->excludes(percentage);
  gradual->add_option("--duration", options->duration, "Of the whole ramp, as in 1h");
  gradual->add_flag("--validate", options->validate, dry_run);
}

void add_shadow(CLI::App& app, int& status) {
  auto* command = app.add_subcommand("shadow", "Look at how V2 would have answered, in a running host in mode shadow");
  command->require_subcommand(1);
  auto admin = std::make_shared<AdminOptions>();
  auto format = std::make_shared<std::string>("text");
  auto* report =
      command->add_subcommand("report", "Show how many answers of V1 and V2 differ, and where; as JSON with the newest of them in full");
  report->add_option("--format", *format, "text or json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  add_admin(*report, *admin);
  report->callback([admin, format, &status] { status = report_shadow(*admin, *format == "json"); });
}

void add_prerun(CLI::App& app, int& status) {
  auto* command =
      app.add_subcommand("prerun", "Rehearse every route with sample requests and a scripted upstream: nothing leaves this machine");
  auto options = std::make_shared<PreRunOptions>();
  command->add_option("FILE", options->file, "TOML configuration")->required();
  command->add_option("--against", options->against, "V1 configuration (JSON) whose answers V2's are compared with");
  command->add_option("--requests", options->requests, "Folder with more requests (*.json) to rehearse with");
  command
      ->add_option_function<std::string>(
          "--format", [options](const std::string& format) { options->json = format == "json"; }, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  command->callback([options, &status] { status = prerun(*options); });
}

void add_schema(CLI::App& app, int& status) {
  auto* command = app.add_subcommand("schema", "Print the JSON Schema of a configuration file, with what each module type takes in $defs");
  auto options = std::make_shared<PluginOptions>();
  command->add_option("--dir", options->directories, "Directory with more plugins; may be repeated");
  command->callback([options, &status] { status = print_schema(*options); });
}

void add_migration(CLI::App& app, int& status) {
  auto of_migrate = std::make_shared<MigrateOptions>();
  auto* migrate_file = app.add_subcommand("migrate", "Make TOML of a V1 configuration, with a report of what became of each part");
  migrate_file->add_option("FILE", of_migrate->file, "V1 configuration (JSON)")->required();
  migrate_file->add_option("-o,--output", of_migrate->output,
                           "Where the TOML goes; else to standard output, and the report to standard error");
  auto format = std::make_shared<std::string>("text");
  migrate_file->add_option("--format", *format, "The report's form: text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  migrate_file->add_flag("--check", of_migrate->check, "Prove that both choose the same targets and send the same bytes");
  migrate_file->add_option("--requests", of_migrate->requests, "Folder with more request bodies for --check");
  migrate_file->callback([of_migrate, format, &status] {
    of_migrate->json = *format == "json";
    status = migrate(*of_migrate);
  });

  auto of_compare = std::make_shared<CompareOptions>();
  auto* compare_files =
      app.add_subcommand("compare", "Send the same requests through two configurations, without a network, and compare them");
  compare_files->add_option("ONE", of_compare->one, "V1 configuration (JSON) or TOML")->required();
  compare_files->add_option("OTHER", of_compare->other, "Likewise")->required();
  compare_files->add_option("--requests", of_compare->requests, "Folder with request bodies; else those that are built in");
  compare_files->add_flag("--json", of_compare->json, "Print JSON");
  compare_files->callback([of_compare, &status] { status = compare(*of_compare); });
}

void add_route(CLI::App& app, int& status) {
  auto* command = app.add_subcommand("route", "Look at routing");
  command->require_subcommand(1);

  auto options = std::make_shared<ExplainOptions>();
  auto* explain = command->add_subcommand(
      "explain", "Show which route a request would take, through which modules and instances, and why not the others");
  explain->add_option("FILE", options->file, "TOML configuration; without it a running host is asked");
  add_admin(*explain, options->admin);
  explain->add_option("--model", options->model, "Model that the request names");
  explain->add_option("--header", options->headers, "Request header as 'Name: value'; may be repeated");
  explain->add_option("--body", options->body_file, "File with the request body, or - for standard input");
  explain->add_option("--protocol", options->protocol, "What the client speaks")->capture_default_str();
  explain->add_option("--operation", options->operation, "What the client wants")
      ->check(CLI::IsMember({"generate", "embed", "count_tokens"}))
      ->capture_default_str();
  explain->add_flag("--json", options->json, "Print JSON");
  explain->callback([options, &status] { status = explain_route(*options); });
}

void add_observation(CLI::App& app, int& status) {
  auto trace_options = std::make_shared<TraceOptions>();
  auto* trace =
      app.add_subcommand("trace", "Show a request that a running host answered: its steps, attempts and stages; or the latest ones");
  trace->add_option("REQUEST-ID", trace_options->id, "Its x-request-id; without it the latest requests are listed");
  trace->add_flag("--json", trace_options->json, "Print JSON");
  add_admin(*trace, trace_options->admin);
  trace->callback([trace_options, &status] { status = show_trace(*trace_options); });

  auto perf_options = std::make_shared<PerformanceOptions>();
  auto* perf = app.add_subcommand("perf", "Show how long requests took in a running host, by route, target and stage");
  perf->add_option("--since", perf_options->since, "How far back, at most 1h")->capture_default_str();
  perf->add_flag("--json", perf_options->json, "Print JSON");
  add_admin(*perf, perf_options->admin);
  perf->callback([perf_options, &status] { status = show_performance(*perf_options); });

  auto top_options = std::make_shared<TopOptions>();
  auto* top = app.add_subcommand("top", "Watch the traffic of a running host in the terminal");
  top->add_option("--since", top_options->since, "The time that the numbers are about")->capture_default_str();
  top->add_option("--interval", top_options->interval, "From one look to the next")->capture_default_str();
  top->add_option("--count", top_options->count, "So many looks; 0 is until it is interrupted")->capture_default_str();
  add_admin(*top, top_options->admin);
  top->callback([top_options, &status] { status = show_top(*top_options); });
}

/// What this executable is started as for each plugin with an isolated module. Nobody else has a use for it.
void add_hosted_plugin(CLI::App& app, int& status) {
  auto* command = app.add_subcommand("plugin-host", "")->group("");
  auto options = std::make_shared<isolation::HostedPluginOptions>();
  command->add_option("--parent", options->parent)->required();
  command->add_option("--plugin", options->plugin)->required();
  command->add_option("--origin", options->origin)->required();
  command->add_option("--hash", options->hash)->required();
  command->add_option("--generation", options->generation)->required();
  command->add_option("--memory", options->memory)->required();
  command->add_option("--log-level", options->log_level)->required();
  command->add_option("--log-format", options->log_format)->required();
  command->callback([options, &status] { status = isolation::run_hosted_plugin(*options); });
}

}  // namespace

void add_admin(CLI::App& command, AdminOptions& admin) {
  command.add_option("--admin", admin.address, "Admin API of a running host: http://HOST:PORT, https://HOST:PORT or unix:PATH")
      ->envname("PATCHBAY_ADMIN");
  command.add_option("--token", admin.token, "Its token")->envname("PATCHBAY_ADMIN_TOKEN");
  command.add_option("--ca", admin.ca_file, "PEM file with the authorities that its certificate must be of")->envname("PATCHBAY_ADMIN_CA");
  add_identity(command, admin.identity);
  command.add_option("--config", admin.config_file, "The host's configuration file, whose [admin] table says all of it");
}

int run_cli(int argc, char** argv) {
  CLI::App app{"Patchbay: a runtime for LLM traffic. Plugins are loaded into a registry, pooled, and patched together for every request."};
  app.name("patchbay");
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  patchbay run configs/quickstart.toml\n"
      "  patchbay check my.toml\n"
      "  patchbay doctor my.toml\n"
      "  patchbay route explain my.toml --model gpt-4o\n"
      "  patchbay plugin inspect provider-openai\n"
      "  patchbay plugin new workflow workflow-mine\n"
      "  patchbay plugin reload workflow-mine --config my.toml\n"
      "  patchbay perf --since 15m --config my.toml\n"
      "  patchbay replay REQUEST-ID --candidate next.toml --config my.toml\n"
      "  patchbay mode gradual --ramp 5,25,50,100 --duration 1h --config my.toml");
  int status = Exit::success;
  add_run(app, status);
  add_check(app, status);
  add_doctor(app, status);
  add_plugin(app, status);
  add_route(app, status);
  add_observation(app, status);
  add_replay(app, status);
  add_mode(app, status);
  add_shadow(app, status);
  add_prerun(app, status);
  add_migration(app, status);
  add_hosted_plugin(app, status);
  add_schema(app, status);
  add_keys(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? Exit::success : Exit::bad_input;
  } catch (const std::exception& error) {
    // What a command could not handle is about the outside world: files, directories, plugins. The text says what and where.
    std::fprintf(stderr, "patchbay: %s\n", error.what());
    return Exit::failure;
  }
  return status;
}

}  // namespace patchbay::commands
