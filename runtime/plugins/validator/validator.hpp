#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <string>
#include <vector>

#include "plugins/validator/check.hpp"
#include "plugins/validator/child.hpp"
#include "plugins/validator/context.hpp"

/// Tests a plugin file for what the host and its users rely on, each test in a process of its own, so that one that crashes, loops or
/// corrupts memory is a finding and not the end.
namespace patchbay::plugins::validator {

/// One test and how it went.
struct Report {
  std::string test;
  Result result;
};

/// Runs one test in this process; whatever it throws is its result. `note` is told what is being done.
[[nodiscard]] Result run_here(const Check& check, Subject subject, std::function<void(const std::string&)> note);

/// The part of the child: runs one test, and writes what it does and its result to `report_descriptor`. Returns the exit status.
int run_as_child(const Check& check, Subject subject);

/// How a child is started: the arguments that make `executable` call `run_as_child` with what follows them.
struct ChildCommand {
  std::string executable;
  std::vector<std::string> arguments;
};

/// Runs tests one after the other, each in a child of its own, which gets `--test NAME --seed N --directory DIR [--config FILE] FILE` after
/// its command. `subject.config` and `config_file` say the same. `seen` is told of every result as soon as it is there. Throws
/// std::system_error if no process can be started.
[[nodiscard]] std::vector<Report> run_all(const std::vector<const Check*>& checks, const Subject& subject, const std::string& config_file,
                                          const ChildCommand& command, const Limits& limits,
                                          const std::function<void(const Report&)>& seen);

/// Whether nothing failed or crashed.
[[nodiscard]] bool is_good(const std::vector<Report>& reports);

[[nodiscard]] std::string to_text(const Report& report);
[[nodiscard]] boost::json::value to_json(const std::vector<Report>& reports, const Subject& subject);

}  // namespace patchbay::plugins::validator
