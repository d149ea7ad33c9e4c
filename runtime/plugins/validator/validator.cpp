#include "plugins/validator/validator.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <sstream>

namespace patchbay::plugins::validator {

namespace json = boost::json;

namespace {

constexpr std::string_view doing = "doing ";
constexpr std::string_view result_line = "result ";
constexpr std::size_t longest_step = 400;

/// A directory that is gone with the object.
class PrivateDirectory {
 public:
  PrivateDirectory() : path_((std::filesystem::temp_directory_path() / "patchbay-check-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) throw std::system_error(errno, std::generic_category(), "cannot make a directory like " + path_);
  }
  ~PrivateDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  PrivateDirectory(const PrivateDirectory&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void write_line(std::string line) {
  std::replace(line.begin(), line.end(), '\n', ' ');
  line += '\n';
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(report_descriptor, rest.data(), rest.size());
    if (written <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// The last thing that a child said it was about to do.
std::string last_step(const std::string& report) {
  const std::size_t at = report.rfind("\n" + std::string(doing));
  const std::size_t begin = at == std::string::npos ? (report.starts_with(doing) ? 0 : std::string::npos) : at + 1;
  if (begin == std::string::npos) return "before it began";
  return "in: " + report.substr(begin + doing.size(), report.find('\n', begin) - begin - doing.size());
}

std::optional<Result> result_in(const std::string& report) {
  const std::size_t at = report.rfind(result_line);
  if (at == std::string::npos || (at > 0 && report[at - 1] != '\n')) return std::nullopt;
  std::istringstream words(report.substr(at + result_line.size()));
  std::string verdict;
  words >> verdict;
  std::string sentence;
  std::getline(words >> std::ws, sentence);
  for (const Verdict one : {Verdict::success, Verdict::skipped, Verdict::warning, Verdict::failed})
    if (name_of(one) == verdict) return Result{one, sentence};
  return std::nullopt;
}

/// What a sanitizer, an assertion or the C++ runtime said at the end.
std::string last_words(const std::string& errors) {
  std::istringstream lines(errors);
  std::string found;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.find_first_not_of("=-") == std::string::npos) continue;
    if (found.empty() || line.find("ERROR: ") != std::string::npos || line.find("WARNING: ThreadSanitizer") != std::string::npos ||
        line.find("runtime error") != std::string::npos)
      found = line;
  }
  return found.empty() ? "" : "; it said: " + found;
}

Result judged(const Ended& ended, const Limits& limits) {
  if (ended.how == Ended::How::timed_out)
    return {Verdict::failed, "it did not come back within " + std::to_string(limits.wall.count() / 1000) + " s " + last_step(ended.report)};
  if (ended.how == Ended::How::signalled)
    return {Verdict::crashed, signal_text(ended.number) + " " + last_step(ended.report) + last_words(ended.errors)};
  const std::optional<Result> result = result_in(ended.report);
  if (!result)
    return {Verdict::crashed,
            "the process ended with status " + std::to_string(ended.number) + " " + last_step(ended.report) + last_words(ended.errors)};
  if (ended.number != 0 && result->verdict != Verdict::failed)
    return {Verdict::failed, "after the test the process ended with status " + std::to_string(ended.number) + last_words(ended.errors)};
  return *result;
}

}  // namespace

Result run_here(const Check& check, Subject subject, std::function<void(const std::string&)> note) {
  try {
    Context context(std::move(subject), std::move(note));
    return check.run(context);
  } catch (const Skip& reason) {
    return {Verdict::skipped, reason.what()};
  } catch (const std::exception& thrown) {
    return {Verdict::failed, thrown.what()};
  }
}

int run_as_child(const Check& check, Subject subject) {
  unsetenv("PATCHBAY_KEEP_PLUGINS");  // whether it is unloaded is what is tested
  const Result result = run_here(check, std::move(subject), [](const std::string& what) {
    write_line(std::string(doing) + (what.size() > longest_step ? what.substr(0, longest_step) + "…" : what));
  });
  write_line(std::string(result_line) + std::string(name_of(result.verdict)) + " " + result.sentence);
  return 0;
}

std::vector<Report> run_all(const std::vector<const Check*>& checks, const Subject& subject, const std::string& config_file,
                            const ChildCommand& command, const Limits& limits, const std::function<void(const Report&)>& seen) {
  const PrivateDirectory directory;
  std::vector<Report> reports;
  for (const Check* const check : checks) {
    const std::string own = directory.path() + "/" + std::string(check->name);
    std::filesystem::create_directory(own);
    std::vector<std::string> arguments = {command.executable};
    arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
    for (const std::string& argument : {std::string("--test"), std::string(check->name), std::string("--seed"),
                                        std::to_string(subject.seed), std::string("--directory"), own})
      arguments.push_back(argument);
    if (!config_file.empty()) {
      arguments.emplace_back("--config");
      arguments.push_back(config_file);
    }
    arguments.push_back(subject.file);
    reports.push_back({std::string(check->name), judged(run_child(arguments, limits), limits)});
    if (seen) seen(reports.back());
    std::error_code ignored;
    std::filesystem::remove_all(own, ignored);
  }
  return reports;
}

bool is_good(const std::vector<Report>& reports) {
  return std::none_of(reports.begin(), reports.end(), [](const Report& report) {
    return report.result.verdict == Verdict::failed || report.result.verdict == Verdict::crashed;
  });
}

std::string to_text(const Report& report) {
  std::string line(name_of(report.result.verdict));
  line.resize(9, ' ');
  line += report.test;
  line.resize(std::max<std::size_t>(line.size() + 1, 35), ' ');
  return line + report.result.sentence + "\n";
}

json::value to_json(const std::vector<Report>& reports, const Subject& subject) {
  json::array tests;
  for (const Report& report : reports)
    tests.push_back(json::object{{"test", report.test}, {"result", name_of(report.result.verdict)}, {"sentence", report.result.sentence}});
  return json::object{{"file", subject.file}, {"seed", subject.seed}, {"good", is_good(reports)}, {"tests", std::move(tests)}};
}

}  // namespace patchbay::plugins::validator
