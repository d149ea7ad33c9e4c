#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

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

/// Throws std::runtime_error naming the file.
void write_from(const std::string& source, const fs::path& target, const NewPluginOptions& options) {
  const fs::path path = fs::path(templates()) / source;
  const std::optional<std::string> text = config::file_text(path.string());
  if (!text) throw std::runtime_error("the template " + path.string() + " is missing; it comes with the SDK (meson install, tag devel)");
  std::ofstream file(target, std::ios::binary);
  file << filled(*text, options);
  if (!file.flush()) throw std::runtime_error("cannot write " + target.string());
}

}  // namespace

int new_plugin(const NewPluginOptions& options) {
  if (!is_name(options.name)) {
    std::fprintf(stderr, "'%s' cannot name a plugin: lower case letters, digits and '-', a letter first, for example %s-mine\n",
                 options.name.c_str(), options.kind == "llmSwitch" ? "llmswitch" : options.kind.c_str());
    return Exit::bad_input;
  }
  const fs::path directory = options.directory.empty() ? options.name : options.directory;
  if (fs::exists(directory) && !(fs::is_directory(directory) && fs::is_empty(directory))) {
    std::fprintf(stderr, "%s is there already and not an empty directory; choose another with --dir\n", directory.c_str());
    return Exit::bad_input;
  }
  fs::create_directories(directory);
  const std::string file = file_name(options.name);
  write_from("meson.build.in", directory / "meson.build", options);
  write_from("README.md.in", directory / "README.md", options);
  write_from("gitignore.in", directory / ".gitignore", options);
  write_from(options.kind + ".cpp.in", directory / (file + ".cpp"), options);
  write_from(options.kind + "_test.cpp.in", directory / (file + "_test.cpp"), options);
  write_from(options.kind + ".toml.in", directory / "try.toml", options);
  std::printf("wrote %s; next:\n  cd %s\n  meson setup build && ninja -C build && meson test -C build\n  patchbay run try.toml\n",
              directory.c_str(), directory.c_str());
  return Exit::success;
}

}  // namespace patchbay::commands
