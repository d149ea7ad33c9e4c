#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "plugins/signature.hpp"

namespace patchbay::control {

/// Whose plugins a configuration lets in. `own_directories` are those of the plugins that came with the host, which need no signature.
/// Throws std::invalid_argument for a trusted key that is none.
[[nodiscard]] plugins::SignaturePolicy signature_policy(const config::PluginSettings& settings,
                                                        const std::vector<std::string>& own_directories);

}  // namespace patchbay::control
