#pragma once

#include <string>

/// What came with this executable: beside it in a build tree, else under the prefix that it was installed to.
namespace patchbay::commands {

/// The directory of our own plugins.
[[nodiscard]] std::string own_plugins();

/// The directory with the templates of `patchbay plugin new`.
[[nodiscard]] std::string templates();

}  // namespace patchbay::commands
