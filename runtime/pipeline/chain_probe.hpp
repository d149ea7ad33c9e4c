#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/probe_settings.hpp"
#include "patchbay/module.hpp"

namespace patchbay::pipeline {

/// How a chain's provider is asked whether it is well.
struct ChainProbe {
  config::ProbeSettings settings;
  std::string origin;           ///< "https://host:443": what is connected to
  std::vector<HttpCall> calls;  ///< what is asked, by key; empty: a connection is enough
};

/// Has the provider describe what it would do with a request, which tells the host's name and how a key is presented. Nothing if
/// `settings` want no probe; nothing, and `objection` says why, if the provider cannot be probed: it answers in-process, or describes no
/// call. Runs code of a plugin. [init]
[[nodiscard]] std::optional<ChainProbe> plan_probe(const config::ProbeSettings& settings, const Provider& provider, std::string& objection);

}  // namespace patchbay::pipeline
