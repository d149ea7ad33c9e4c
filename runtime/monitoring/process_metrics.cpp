#include "monitoring/process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace patchbay::monitoring {

namespace {

/// Before `main`, near enough.
const double started = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();

double seconds(const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; }

std::uint64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");  // proc(5): pages in all, pages that are resident
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  statm >> all >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::uint64_t open_descriptors() {
  std::error_code unreadable;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", unreadable), end; !unreadable && at != end; at.increment(unreadable))
    ++count;
  return count > 0 ? count - 1 : 0;  // without the one that reads the folder
}

}  // namespace

void add_process_metrics(PrometheusText& text) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  rlimit descriptors{};
  getrlimit(RLIMIT_NOFILE, &descriptors);
  text.metric("process_cpu_seconds_total", "counter", "User and system time of the process.");
  text.sample({}, seconds(usage.ru_utime) + seconds(usage.ru_stime));
  text.metric("process_resident_memory_bytes", "gauge", "Memory of the process that is in use.");
  text.sample({}, resident_bytes());
  text.metric("process_open_fds", "gauge", "Open file descriptors.");
  text.sample({}, open_descriptors());
  text.metric("process_max_fds", "gauge", "As many as there may be.");
  text.sample({}, static_cast<std::uint64_t>(descriptors.rlim_cur));
  text.metric("process_start_time_seconds", "gauge", "When the process started, in seconds since 1970.");
  text.sample({}, started);
}

}  // namespace patchbay::monitoring
