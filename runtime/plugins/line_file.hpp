#pragma once

#include <memory>
#include <string>

#include "patchbay/module.hpp"

namespace patchbay::plugins {

/// A file of lines on disk; folders on its way are made. Throws std::runtime_error naming the path. [thread-safe]
[[nodiscard]] std::shared_ptr<LineFile> open_line_file(const std::string& path, const Rotation& rotation);

}  // namespace patchbay::plugins
