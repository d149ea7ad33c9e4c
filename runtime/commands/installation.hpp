#pragma once

#include <string>

/// What came with this executable: beside it in a build tree, else under the prefix that it was installed to.
namespace patchbay::commands {

/// The directory of our own plugins.
[[nodiscard]] std::string own_plugins();

/// The directory with the templates of `patchbay plugin new`.
[[nodiscard]] std::string templates();

/// The directory that pkg-config must be told of to find the SDK; empty below /usr and /usr/local, where it looks by itself.
[[nodiscard]] std::string sdk_pkg_config_path();

/// How a shell calls this executable: its name below /usr and /usr/local, else its path.
[[nodiscard]] std::string own_command();

}  // namespace patchbay::commands
