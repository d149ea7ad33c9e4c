#include "commands/replay_command.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <memory>

#include "commands/ask_host.hpp"
#include "commands/assemble_file.hpp"
#include "commands/keys_command.hpp"
#include "config/file_text.hpp"
#include "patchbay/plain_json.hpp"
#include "replay/replay.hpp"
#include "replay/replay_report.hpp"

namespace patchbay::commands {

namespace json = boost::json;

namespace {

constexpr const char* costs = "patchbay: --live asks the real upstream, which costs what a request costs\n";

int refuse(const std::string& why) {
  std::fprintf(stderr, "patchbay: %s\n", why.c_str());
  return Exit::bad_input;
}

int print_report(const json::value& report, const ReplayOptions& options) {
  std::fputs(options.format == "json" ? (plain_json(report) + "\n").c_str() : replay::replay_text(report).c_str(), stdout);
  return report.at("same").as_bool() ? Exit::success : Exit::failure;
}

json::value parsed(const std::string& text, const std::string& whose) {
  json::error_code malformed;
  json::value value = json::parse(text, malformed);
  if (malformed) throw replay::Unplayable(whose + " is not JSON: " + malformed.message());
  return value;
}

/// The record as it was kept by the host, or in the file.
json::value recorded(const ReplayOptions& options) {
  if (!options.file.empty()) {
    const std::optional<std::string> text = config::file_text(options.file);
    if (!text) throw replay::Unplayable("cannot read '" + options.file + "'; does it exist, and may this user read it?");
    return parsed(*text, options.file);
  }
  const admin::AdminReply reply = ask_host(options.admin, {"GET", "/admin/requests/" + path_segment(options.id), ""});
  if (reply.status != 200) throw replay::Unplayable(message_of(reply));
  return parsed(reply.body, "what the host says");
}

/// In this process, through a file.
int replay_here(const ReplayOptions& options, const std::string& configuration) {
  const replay::Record record = replay::read_record(recorded(options), !options.live);
  const AssembledFile file = assemble_file(configuration);
  if (!file.assembly) {
    for (const config::Diagnostic& one : file.diagnostics) std::fprintf(stderr, "%s\n", to_string(one).c_str());
    return refuse(configuration + " is not valid: nothing was replayed");
  }
  if (options.live) std::fputs(costs, stderr);
  return print_report(replay::replay(file.plugins.registry, file.assembly->settings, record, {options.live, options.ignore}), options);
}

/// In the host, through what is in force there.
int replay_there(const ReplayOptions& options) {
  json::array ignore;
  for (const std::string& pointer : options.ignore) ignore.emplace_back(pointer);
  const json::object wanted{{"live", options.live}, {"ignore", std::move(ignore)}};
  if (options.live) std::fputs(costs, stderr);
  const admin::AdminReply reply =
      ask_host(options.admin, {"POST", "/admin/requests/" + path_segment(options.id) + "/replay", json::serialize(wanted)});
  if (reply.status != 200) return refuse(message_of(reply));
  return print_report(parsed(reply.body, "what the host says"), options);
}

}  // namespace

int replay_request(const ReplayOptions& options) {
  if (options.id.empty() == options.file.empty()) return refuse("which request? Give its REQUEST-ID, or --file with its record");
  const std::string configuration = options.candidate.empty() && !options.file.empty() ? options.admin.config_file : options.candidate;
  if (configuration.empty() && !options.file.empty())
    return refuse("through which configuration? Give --candidate FILE, or the host's own with --config FILE");
  try {
    return configuration.empty() ? replay_there(options) : replay_here(options, configuration);
  } catch (const replay::Unplayable& why) {
    return refuse(why.what());
  }
}

void add_replay(CLI::App& app, int& status) {
  auto options = std::make_shared<ReplayOptions>();
  auto* command = app.add_subcommand(
      "replay",
      "Play a request again that a running host answered, with the upstream's recorded replies, and say what is different; the host "
      "keeps what that takes with [debug] bodies = true. Exit status: 0 the same, 1 different, 2 it cannot be played");
  command->add_option("REQUEST-ID", options->id, "Its x-request-id");
  command->add_option("--file", options->file, "Its record instead: what `patchbay trace REQUEST-ID --json` printed");
  command->add_option("--candidate", options->candidate,
                      "Configuration to play it through; without it, the one that the host has in force");
  command->add_flag("--live", options->live,
                    "Ask the real upstream, which costs what a request costs; only the form of its answer is compared");
  command->add_option("--ignore", options->ignore, "JSON pointer to what may differ, as in /request/*/body/model; may be repeated")
      ->allow_extra_args(false);
  command->add_option("--format", options->format, "text or json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  add_admin(*command, options->admin);
  command->callback([options, &status] { status = replay_request(*options); });
}

}  // namespace patchbay::commands
