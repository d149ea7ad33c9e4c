#include "doctor/host_limits.hpp"

#include <sys/resource.h>
#include <sys/timex.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <thread>

namespace patchbay::doctor {

namespace {

constexpr std::uint64_t kept_for_the_rest = 128;  // plugins, logs, state, the admin API
constexpr std::chrono::sys_days before_this_was_written{std::chrono::year(2025) / 1 / 1};

/// Of the version 2 hierarchy, as a process in a container sees its own group.
std::optional<double> cpu_quota() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  double quota = 0;
  double period = 0;
  if (!(file >> quota >> period) || period <= 0) return std::nullopt;  // "max": there is none
  return quota / period;
}

std::optional<bool> clock_is_disciplined() {
  timex asked{};
  const int state = adjtimex(&asked);
  if (state < 0) return std::nullopt;
  return state != TIME_ERROR && (asked.status & STA_UNSYNC) == 0;
}

Finding open_files(const HostFacts& host, const config::ServerSettings& server) {
  // Each request in flight has its client's socket, and one to the provider.
  const std::uint64_t needed = 2 * std::uint64_t{server.max_connections} + kept_for_the_rest;
  const std::string subject = "open files";
  const std::string have = std::to_string(host.open_files);
  const std::string want = std::to_string(needed);
  if (host.open_files >= needed) return {Level::ok, subject, have + " are allowed, " + want + " may be needed", {}};
  const std::uint64_t room = host.open_files > kept_for_the_rest ? (host.open_files - kept_for_the_rest) / 2 : 1;
  return {
      Level::warning, subject,
      have + " are allowed to this process, and [server] max_connections = " + std::to_string(server.max_connections) + " may need " + want,
      (host.most_open_files >= needed ? "`ulimit -n " + want + "` before the gateway is started, or LimitNOFILE=" + want + " in its unit"
                                      : "LimitNOFILE=" + want + " in the gateway's unit") +
          "; or [server] max_connections = " + std::to_string(room)};
}

Finding threads(const HostFacts& host, const config::ServerSettings& server) {
  const unsigned threads = server.threads != 0 ? server.threads : host.cores;
  const std::string have = std::to_string(threads) + (threads == 1 ? " thread" : " threads");
  const double share = host.cpu_quota ? std::min<double>(*host.cpu_quota, host.cores) : host.cores;
  if (threads <= std::ceil(share))
    return {Level::ok, "threads", have + " for requests, " + std::to_string(host.cores) + (host.cores == 1 ? " core" : " cores"), {}};
  char quota[32];
  std::snprintf(quota, sizeof quota, "%.3g", share);
  return {Level::note, "threads", have + " for requests have " + quota + " cores to share",
          "[server] threads = " + std::to_string(std::max(1, static_cast<int>(std::ceil(share)))) +
              " would use them as well, with less waiting"};
}

Finding clock(const HostFacts& host) {
  if (host.now < before_this_was_written)
    return {Level::error, "clock", "the time is before 2025", "set the clock: certificates, expiry of keys and budgets go by it"};
  if (host.clock_is_disciplined == false)
    return {Level::note, "clock", "nothing keeps the time of this machine right",
            "run chrony or systemd-timesyncd: certificates, expiry of keys and budgets go by it"};
  return {Level::ok, "clock", host.clock_is_disciplined ? "it is kept right" : "the time is plausible", {}};
}

}  // namespace

HostFacts facts_of_this_host() {
  HostFacts host;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  host.open_files = limit.rlim_cur;
  host.most_open_files = limit.rlim_max;
  host.cores = std::max(1u, std::thread::hardware_concurrency());
  host.cpu_quota = cpu_quota();
  host.clock_is_disciplined = clock_is_disciplined();
  host.now = std::chrono::system_clock::now();
  return host;
}

Findings examine_host(const HostFacts& host, const config::ServerSettings& server) {
  return {open_files(host, server), threads(host, server), clock(host)};
}

}  // namespace patchbay::doctor
