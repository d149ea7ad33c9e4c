#pragma once

#include "config/settings.hpp"
#include "doctor/finding.hpp"
#include "pipeline/module_registry.hpp"

namespace patchbay::doctor {

/// Keys, tokens and passwords that stand in a configuration file as they are, in place of `${VARIABLE}` or `file:PATH`: where, never what.
/// What of a module's configuration is secret, its schema says.
[[nodiscard]] Findings examine_secrets(const config::Settings& settings, const pipeline::ModuleRegistry& registry);

}  // namespace patchbay::doctor
