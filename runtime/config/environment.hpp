#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::config {

/// The value of a variable; nothing if it is not set.
using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

/// The process's own environment.
[[nodiscard]] std::optional<std::string> environment_value(const std::string& name);

/// Replaces `${VAR}` and `${VAR:default}` in a text; `$${` is a plain `${`. What could not be replaced stands as it was: what is
/// written wrongly is told of in `faults`, what is not set in `unset`.
[[nodiscard]] std::string expand_variables(std::string_view text, const Lookup& lookup, std::vector<std::string>& faults,
                                           std::vector<std::string>& unset);

}  // namespace patchbay::config
