#pragma once

#include <boost/describe/class.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace patchbay::modes {

/// A share that a switch came to.
struct ReportStep {
  std::string at;
  double percentage = 0.0;
};
BOOST_DESCRIBE_STRUCT(ReportStep, (), (at, percentage))

/// What became of one switch.
struct SwitchReport {
  std::uint64_t number = 0;
  std::string from;
  std::string to;
  std::string by;     ///< who asked: "command", "configuration"
  std::string start;  ///< RFC 3339, UTC
  std::string end;    ///< empty while it goes on
  std::vector<ReportStep> steps;
  std::string outcome = "running";  ///< or "succeeded", "rolled back", "superseded"
  std::string error;                ///< why it did not succeed
  std::string rollback;             ///< "automatic", "manual", or empty
};
BOOST_DESCRIBE_STRUCT(SwitchReport, (), (number, from, to, by, start, end, steps, outcome, error, rollback))

/// Everything about the mode that outlives the process.
struct ModeState {
  std::uint32_t version = 1;  ///< of this format
  std::string mode = "v2";
  double percentage = 0.0;
  std::vector<double> ramp;             ///< the shares that follow one another; empty: the percentage stays
  std::uint32_t step = 0;               ///< of the ramp, where it is
  std::uint64_t step_milliseconds = 0;  ///< how long each takes
  std::uint64_t step_began = 0;         ///< milliseconds since 1970
  std::string stable_mode;              ///< the last one that was not gradual: where a rollback goes to; empty: nowhere
  std::string salt;                     ///< which callers come first
  std::string configured;               ///< what the configuration asked for when this was written
  std::uint64_t switches = 0;
  std::uint64_t rollbacks = 0;
  std::vector<SwitchReport> reports;  ///< the newest last
};
BOOST_DESCRIBE_STRUCT(ModeState, (),
                      (version, mode, percentage, ramp, step, step_milliseconds, step_began, stable_mode, salt, configured, switches,
                       rollbacks, reports))

/// A report as it is shown: with `success` (null while it goes on).
[[nodiscard]] boost::json::value describe(const SwitchReport& report);
/// The same for people, a block of lines.
[[nodiscard]] std::string text_of(const SwitchReport& report);

}  // namespace patchbay::modes
