#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "commands/cli.hpp"
#include "commands/installation.hpp"
#include "config/file_text.hpp"

namespace patchbay::commands {

namespace fs = std::filesystem;

namespace {

bool is_name(const std::string& name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !name.empty() && name[0] >= 'a' && name[0] <= 'z' && name.back() != '-' && std::all_of(name.begin(), name.end(), fits);
}

/// "workflow-mine" as "WorkflowMine".
std::string class_name(const std::string& name) {
  std::string text;
  bool first = true;
  for (const char c : name) {
    if (c != '-') text += first ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    first = c == '-';
  }
  return text;
}

/// "workflow-mine" as "workflow_mine".
std::string file_name(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::string filled(std::string text, const NewPluginOptions& options) {
  const std::pair<std::string, std::string> places[] = {
      {"@NAME@", options.name}, {"@CLASS@", class_name(options.name)}, {"@FILE@", file_name(options.name)}, {"@KIND@", options.kind}};
  for (const auto& [place, value] : places)
    for (std::size_t at = 0; (at = text.find(place, at)) != std::string::npos; at += value.size()) text.replace(at, place.size(), value);
  return text;
}

/// Why no plugin can be called that; empty if one can.
std::string objection(const NewPluginOptions& options) {
  const auto taken = [&](const char* name) { return options.name == name; };
  // Targets that every Meson project has (Meson's reference manual, "Build targets").
  constexpr const char* of_meson[] = {"all",           "benchmark",    "clean", "clean-ctlist", "coverage", "coverage-html",
                                      "coverage-text", "coverage-xml", "dist",  "distcheck",    "install",  "phony",
                                      "reconfigure",   "scan-build",   "test",  "uninstall"};
  if (!is_name(options.name)) return "lower case letters, digits and '-', a letter first";
  if (taken("config")) return "a class Config cannot have a type Config, as every module has";
  if (std::any_of(std::begin(of_meson), std::end(of_meson), taken)) return "Meson has a target of that name";
  return "";
}

struct NewFile {
  fs::path path;
  std::string text;
};

/// From the template of that name. Throws std::runtime_error naming the file.
NewFile from(const std::string& source, const fs::path& target, const NewPluginOptions& options) {
  const fs::path path = fs::path(templates()) / source;
  const std::optional<std::string> text = config::file_text(path.string());
  if (!text) throw std::runtime_error("the template " + path.string() + " is missing; it comes with the SDK (meson install, tag devel)");
  return {target, filled(*text, options)};
}

std::vector<NewFile> project(const fs::path& directory, const NewPluginOptions& options) {
  const std::string file = file_name(options.name);
  return {from("meson.build.in", directory / "meson.build", options),
          from("README.md.in", directory / "README.md", options),
          from("gitignore.in", directory / ".gitignore", options),
          from(options.kind + ".cpp.in", directory / (file + ".cpp"), options),
          from(options.kind + "_test.cpp.in", directory / (file + "_test.cpp"), options),
          from(options.kind + ".toml.in", directory / "try.toml", options)};
}

/// Throws std::runtime_error naming the file.
void write(const NewFile& made) {
  std::ofstream file(made.path, std::ios::binary);
  file << made.text;
  if (!file.flush()) throw std::runtime_error("cannot write " + made.path.string() + ": " + std::strerror(errno));
}

/// As a shell reads it as one word.
std::string shell_word(const std::string& text) {
  const auto plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::strchr("/._-+,:@", c) != nullptr; };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

void say_what_is_next(const fs::path& directory) {
  std::printf("wrote %s; next:\n  cd %s\n", directory.c_str(), shell_word(directory.string()).c_str());
  if (const std::string path = sdk_pkg_config_path(); !path.empty()) std::printf("  export PKG_CONFIG_PATH=%s\n", shell_word(path).c_str());
  std::printf("  meson setup build && ninja -C build && meson test -C build\n  %s run try.toml\n", shell_word(own_command()).c_str());
}

}  // namespace

int new_plugin(const NewPluginOptions& options) {
  if (const std::string why = objection(options); !why.empty()) {
    std::fprintf(stderr, "'%s' cannot name a plugin: %s; for example %s-mine\n", options.name.c_str(), why.c_str(),
                 options.kind == "llmSwitch" ? "llmswitch" : options.kind.c_str());
    return Exit::bad_input;
  }
  const fs::path directory = options.directory.empty() ? options.name : options.directory;
  if (fs::exists(directory) && !(fs::is_directory(directory) && fs::is_empty(directory))) {
    std::fprintf(stderr, "%s is there already and not an empty directory; choose another with --dir\n", directory.c_str());
    return Exit::bad_input;
  }
  const std::vector<NewFile> files =
      project(directory, options);  // before anything is written, so that what is missing leaves nothing behind
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) {
    std::fprintf(stderr, "cannot make the directory %s: %s; choose another with --dir\n", directory.c_str(), error.message().c_str());
    return Exit::bad_input;
  }
  std::for_each(files.begin(), files.end(), write);
  say_what_is_next(directory);
  return Exit::success;
}

}  // namespace patchbay::commands
