#pragma once

#include <chrono>
#include <string>

#include "config/settings.hpp"
#include "doctor/finding.hpp"
#include "pipeline/assembly.hpp"
#include "pipeline/static_instance_pool.hpp"

namespace patchbay::doctor {

/// Whether the gateway could listen at its address, or who is there: a gateway that runs, or a program of somebody else. `timeout` is for
/// one answer.
[[nodiscard]] Findings examine_server_listener(const config::ServerSettings& server, std::chrono::milliseconds timeout);

/// What the configuration makes of the file: what a host that runs is compared with.
struct Candidate {
  const pipeline::Assembly& assembly;
  const pipeline::StaticInstancePool& pool;
};

/// How a host that runs is asked.
struct Asking {
  std::chrono::milliseconds timeout;  ///< for one answer
  std::string identity{};             ///< PEM with the certificate and key that we show; empty: none
};

/// The same for the admin API. A host that answers says its version, and whether it serves what the file says now. `candidate`: null if the
/// file is not valid.
[[nodiscard]] Findings examine_admin_listener(const config::AdminSettings& admin, const Candidate* candidate, const Asking& asking);

}  // namespace patchbay::doctor
