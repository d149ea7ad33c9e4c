#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>

#include "commands/ask_host.hpp"
#include "commands/cli.hpp"
#include "monitoring/performance.hpp"
#include "patchbay/config.hpp"

namespace patchbay::commands {

namespace {

volatile std::sig_atomic_t interrupted = 0;

std::string since_query(const std::string& text) {
  const auto parsed = config::parse_duration(text);
  if (!parsed || *parsed < std::chrono::seconds(1))
    throw std::runtime_error("'" + text + "' is no time of at least a second; write 30s, 5m or 1h");
  return "?since=" + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(*parsed).count());
}

void show_screen(const std::string& host, const boost::json::value& report) {
  const bool terminal = isatty(STDOUT_FILENO) != 0;
  std::string screen = terminal ? "\x1b[H\x1b[J" : "";  // home, erase to the end (ECMA-48)
  screen += host + ": " + std::to_string(report.at("in_flight").to_number<std::uint64_t>()) + " in flight; " +
            monitoring::performance_text(report);
  std::fputs(screen.c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace

int show_trace(const TraceOptions& options) {
  const std::string path = options.id.empty() ? "/admin/requests" : "/admin/requests/" + path_segment(options.id);
  return print_reply(ask_host(options.admin, {"GET", path + (options.json ? "" : "?format=text"), ""}));
}

int show_performance(const PerformanceOptions& options) {
  return print_reply(
      ask_host(options.admin, {"GET", "/admin/performance" + since_query(options.since) + (options.json ? "" : "&format=text"), ""}));
}

int show_top(const TopOptions& options) {
  const std::string path = "/admin/performance" + since_query(options.since);
  const auto interval = config::parse_duration(options.interval);
  if (!interval || interval->count() < 100) throw std::runtime_error("'" + options.interval + "' is no time of at least 100ms; write 2s");
  std::signal(SIGINT, [](int) { interrupted = 1; });
  for (unsigned shown = 1; interrupted == 0; ++shown) {
    const admin::AdminReply reply = ask_host(options.admin, {"GET", path, ""});
    if (reply.status != 200) return print_reply(reply);
    show_screen(options.admin.address.empty() ? options.admin.config_file : options.admin.address, boost::json::parse(reply.body));
    if (options.count != 0 && shown >= options.count) break;
    std::this_thread::sleep_for(*interval);  // a signal cuts it short
  }
  return Exit::success;
}

}  // namespace patchbay::commands
