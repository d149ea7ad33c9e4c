#pragma once

#include <cstddef>
#include <filesystem>

namespace patchbay::plugins::validator {

/// Whether a sanitizer stands in for the allocator: calls take longer, and freed memory stays resident.
[[nodiscard]] bool memory_is_instrumented();

[[nodiscard]] std::size_t resident_bytes();

/// How many mappings of this process are of files under a directory.
[[nodiscard]] std::size_t mappings_under(const std::filesystem::path& directory);

}  // namespace patchbay::plugins::validator
