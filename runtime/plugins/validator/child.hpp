#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace patchbay::plugins::validator {

/// What a process may take.
struct Limits {
  std::chrono::milliseconds wall{60'000};
  std::size_t memory = std::size_t{4} << 30;  ///< address space in bytes; not kept under sanitizers, which need terabytes of it
};

/// How a process ended.
struct Ended {
  enum class How { exited, signalled, timed_out } how = How::exited;
  int number = 0;      ///< exit status or signal
  std::string report;  ///< what it wrote to the descriptor `report_descriptor`
  std::string errors;  ///< the beginning of what it wrote to standard error
};

/// The descriptor that a child writes its report to.
inline constexpr int report_descriptor = 3;

/// Runs a program with these arguments to its end, in a process group of its own that is killed when the time is over. It may also use that
/// much CPU time, leaves no core, and reads nothing. Throws std::system_error if it cannot be started.
[[nodiscard]] Ended run_child(const std::vector<std::string>& command, const Limits& limits);

/// "SIGSEGV (invalid memory)" for a signal.
[[nodiscard]] std::string signal_text(int signal);

}  // namespace patchbay::plugins::validator
