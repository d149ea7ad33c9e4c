#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "commands/cli.hpp"
#include "plugins/validator/validator.hpp"

namespace patchbay::commands {

namespace {

namespace validator = plugins::validator;

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

int refuse(const std::string& text) {
  std::fprintf(stderr, "patchbay: %s\n", text.c_str());
  return Exit::bad_input;
}

/// Null without a file; nothing if it is not a JSON object that can be read.
std::optional<boost::json::value> config_in(const std::string& path) {
  if (path.empty()) return boost::json::value();
  std::ifstream file(path, std::ios::binary);
  boost::json::error_code fault;
  boost::json::value config = boost::json::parse(std::string{std::istreambuf_iterator<char>(file), {}}, fault);
  if (!file || fault || !config.is_object()) return std::nullopt;
  return config;
}

int refuse_config(const std::string& path) {
  return refuse(path + " is not a file with a JSON object: a configuration, or one by module type");
}

int list_tests() {
  for (const validator::Check& check : validator::all_checks()) {
    std::string name(check.name);
    name.resize(26, ' ');
    print(name + std::string(check.description) + "\n");
  }
  return Exit::success;
}

}  // namespace

int check_plugin(const PluginCheckOptions& options) {
  if (options.list) return list_tests();
  if (options.file.empty()) return refuse("name the plugin to check; --list shows the tests");
  if (!std::filesystem::is_regular_file(options.file)) return refuse(options.file + " is not a file");

  std::vector<const validator::Check*> checks;
  for (const std::string& name : options.tests) {
    checks.push_back(validator::find_check(name));
    if (checks.back() == nullptr) return refuse("there is no test '" + name + "'; --list shows those that there are");
  }
  if (checks.empty())
    for (const validator::Check& check : validator::all_checks()) checks.push_back(&check);

  const std::optional<boost::json::value> config = config_in(options.config_file);
  if (!config) return refuse_config(options.config_file);
  const validator::Subject subject{
      .file = std::filesystem::absolute(options.file).string(), .config = *config, .seed = options.seed, .directory = {}};
  const std::string config_file = options.config_file.empty() ? "" : std::filesystem::absolute(options.config_file).string();
  const validator::ChildCommand command{"/proc/self/exe", {"plugin", "check-one"}};
  const bool json = options.format == "json";
  if (!json) print(subject.file + ", seed " + std::to_string(subject.seed) + "\n");
  const auto reports = validator::run_all(checks, subject, config_file, command, {.wall = std::chrono::seconds(options.timeout)},
                                          [&](const validator::Report& report) {
                                            if (!json) print(validator::to_text(report));
                                          });
  if (json) print(boost::json::serialize(validator::to_json(reports, subject)) + "\n");
  return validator::is_good(reports) ? Exit::success : Exit::failure;
}

int check_plugin_once(const PluginCheckOptions& options) {
  const validator::Check* const check = validator::find_check(options.tests.at(0));
  if (check == nullptr) return refuse("there is no test '" + options.tests.at(0) + "'");
  const std::optional<boost::json::value> config = config_in(options.config_file);
  if (!config) return refuse_config(options.config_file);
  return validator::run_as_child(*check, {.file = options.file, .config = *config, .seed = options.seed, .directory = options.directory});
}

}  // namespace patchbay::commands
