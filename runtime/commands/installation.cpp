#include "commands/installation.hpp"

#include <filesystem>

namespace patchbay::commands {

namespace fs = std::filesystem;

namespace {

/// A directory of the build tree if this executable stands in one, else one of the installation; both relative to the executable, which may
/// have been moved with them.
std::string find(const char* in_build_tree, const char* sign, const char* installed) {
  std::error_code error;
  const fs::path above = fs::read_symlink("/proc/self/exe", error).parent_path().parent_path();
  const fs::path built = above / in_build_tree;
  return (fs::exists(built / sign, error) ? built : above / installed).string();
}

}  // namespace

std::string own_plugins() { return find("plugins", "provider-openai.so", PATCHBAY_LIBDIR "/patchbay/plugins"); }

std::string templates() { return find("sdk/template", "meson.build.in", PATCHBAY_DATADIR "/patchbay/template"); }

}  // namespace patchbay::commands
