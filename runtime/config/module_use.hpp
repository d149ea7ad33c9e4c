#pragma once

#include <vector>

#include "config/settings.hpp"

namespace patchbay::config {

/// Fills in type, library and configuration of a module from what its `config` says: the name of a `[library.NAME]` entry, or an entry
/// inline. `use.key` must be set. False, and a diagnostic, if it names nothing or is faulty.
[[nodiscard]] bool resolve_module(const boost::json::value& config, const Located& where, const Settings& settings, ModuleUse& use,
                                  std::vector<Diagnostic>& diagnostics);

}  // namespace patchbay::config
