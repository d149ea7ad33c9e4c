#include "commands/installation.hpp"

#include <filesystem>

namespace patchbay::commands {

namespace fs = std::filesystem;

namespace {

fs::path own_path() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error);
}

/// The build tree's directory or the prefix of the installation.
fs::path own_root() { return own_path().parent_path().parent_path(); }

bool is_where_shells_look() { return own_root() == "/usr" || own_root() == "/usr/local"; }

/// A directory of the build tree if this executable stands in one, else one of the installation; both relative to the executable, which may
/// have been moved with them.
std::string find(const char* in_build_tree, const char* sign, const char* installed) {
  std::error_code error;
  const fs::path built = own_root() / in_build_tree;
  return (fs::exists(built / sign, error) ? built : own_root() / installed).string();
}

}  // namespace

std::string own_plugins() { return find("plugins", "provider-openai.so", PATCHBAY_LIBDIR "/patchbay/plugins"); }

std::string templates() { return find("sdk/template", "meson.build.in", PATCHBAY_DATADIR "/patchbay/template"); }

std::string sdk_pkg_config_path() {
  return is_where_shells_look() ? "" : find("meson-uninstalled", "patchbay-sdk-uninstalled.pc", PATCHBAY_LIBDIR "/pkgconfig");
}

std::string own_command() { return is_where_shells_look() ? "patchbay" : own_path().string(); }

}  // namespace patchbay::commands
