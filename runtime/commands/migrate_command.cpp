#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>

#include "commands/cli.hpp"
#include "commands/migration.hpp"
#include "comparison/engine_run.hpp"
#include "v1/load.hpp"
#include "v1/report.hpp"
#include "v1/toml_text.hpp"

namespace patchbay::commands {

namespace fs = std::filesystem;

namespace {

/// Writes beside the file and puts it in its place at once.
void write(const std::string& path, const std::string& text) {
  const std::string beside = path + ".new";
  std::ofstream stream(beside, std::ios::binary | std::ios::trunc);
  stream << text;
  stream.close();
  std::error_code failed;
  if (stream) fs::rename(beside, path, failed);
  if (!stream || failed) throw std::runtime_error("cannot write '" + path + "'; does the folder exist, and may this user write there?");
}

/// A file of its own for the life of the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text) {
    std::string pattern = (fs::temp_directory_path() / "patchbay-migrated-XXXXXX.toml").string();
    const int file = mkstemps(pattern.data(), 5);
    if (file < 0) throw std::runtime_error("cannot make a file in " + fs::temp_directory_path().string());
    close(file);
    path_ = pattern;
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~TemporaryFile() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Sets the variables that the TOML names: the file's own keys, and stand-ins for those that are not set, so that both sides have the same.
void set_variables(const v1::Plan& plan, std::string_view toml) {
  for (const auto& [name, secret] : plan.secrets) setenv(name.c_str(), secret.c_str(), 1);
  std::set<std::string> stand_ins;
  for (std::size_t at = toml.find("\"${"); at != std::string_view::npos; at = toml.find("\"${", at + 1)) {
    const std::string_view reference = toml.substr(at + 3, toml.find('}', at) - at - 3);
    const std::string name(reference);
    if (reference.find(':') != std::string_view::npos || std::getenv(name.c_str()) != nullptr) continue;
    setenv(name.c_str(), ("stand-in-for-" + name).c_str(), 1);
    stand_ins.insert(name);
  }
  for (const std::string& name : stand_ins) std::fprintf(stderr, "%s is not set: the check uses a stand-in\n", name.c_str());
}

std::vector<std::string> names_of(const v1::Plan& plan) {
  std::set<std::string> names;
  for (const v1::PlanRoute& route : plan.routes)
    for (const auto& [name, model] : route.names) names.insert(name);
  return {names.begin(), names.end()};
}

bool show_faults(const AssembledFile& file) {
  for (const config::Diagnostic& one : file.diagnostics)
    if (!one.warning) std::fprintf(stderr, "%s\n", to_string(one).c_str());
  return file.assembly != nullptr;
}

int check(const MigrateOptions& options, const v1::Plan& plan, const std::string& toml, const std::string& toml_file) {
  set_variables(plan, toml);
  const std::unique_ptr<EngineOfFile> v1 = engine_of(options.file);
  const std::unique_ptr<EngineOfFile> v2 = engine_of(toml_file);
  if (!show_faults(v1->file) || !show_faults(v2->file)) return Exit::failure;

  std::vector<comparison::Sample> corpus = comparison::built_in_corpus(plan.classification.longcontext_tokens, names_of(plan));
  if (!options.requests.empty())
    for (comparison::Sample& one : comparison::corpus_in(options.requests)) corpus.push_back(std::move(one));
  const std::vector<comparison::Outcome> first = comparison::run(*v1->engine, corpus);
  const std::vector<comparison::Outcome> second = comparison::run(*v2->engine, corpus);
  std::size_t different = 0;
  std::size_t calls = 0;
  for (std::size_t i = 0; i < corpus.size(); ++i) {
    calls += first[i].call ? 1 : 0;
    const std::string what = comparison::difference(first[i], second[i]);
    if (what.empty()) continue;
    ++different;
    std::fprintf(stderr, "%s: V1 and V2 differ: %s\n", corpus[i].name.c_str(), what.c_str());
  }
  if (different != 0) {
    std::fprintf(stderr, "%zu of %zu requests differ\n", different, corpus.size());
    return Exit::failure;
  }
  std::fprintf(options.output.empty() ? stderr : stdout,
               "checked: V1 and V2 choose the same targets and send the same bytes for %zu requests (%zu calls)\n", corpus.size(), calls);
  return Exit::success;
}

}  // namespace

int migrate(const MigrateOptions& options) {
  std::vector<config::Diagnostic> diagnostics;
  const v1::Lowered lowered = v1::read_and_lower(options.file, false, diagnostics);
  for (const config::Diagnostic& one : diagnostics) std::fprintf(stderr, "%s\n", to_string(one).c_str());
  if (!lowered.plan) return Exit::bad_input;

  const std::string source = fs::path(options.file).filename().string();
  const std::string toml = v1::to_toml(*lowered.plan, source);
  const boost::json::value report = v1::report_json(*lowered.plan, source, lowered.dialect);
  const std::string told = options.json ? boost::json::serialize(report) + "\n" : v1::report_text(report);
  if (options.output.empty()) {
    std::fputs(toml.c_str(), stdout);
    std::fputs(told.c_str(), stderr);
  } else {
    write(options.output, toml);
    std::fputs(told.c_str(), stdout);
  }
  if (!options.check) return Exit::success;
  if (!options.output.empty()) return check(options, *lowered.plan, toml, options.output);
  const TemporaryFile file(toml);
  return check(options, *lowered.plan, toml, file.path());
}

}  // namespace patchbay::commands
