#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace patchbay::config {

/// Reads `[access]`, `[state]`, `[[keys]]` and `[[prices]]` of the main file into `settings.access`. `folder` is where relative paths
/// start.
void read_access(const Located& document, const std::string& folder, Settings& settings, std::vector<Diagnostic>& diagnostics);

/// When a key ends: seconds since 1970, UTC. Nothing if the text is no date.
[[nodiscard]] std::optional<std::int64_t> parse_expiry(std::string_view text);

/// What is wrong with a key's settings beyond their types; empty if nothing is. `field` is the one that it is about.
struct KeyFault {
  std::string field;
  std::string message;
};
[[nodiscard]] std::vector<KeyFault> faults_of(const KeySettings& key);

}  // namespace patchbay::config
