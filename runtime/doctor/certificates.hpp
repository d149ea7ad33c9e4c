#pragma once

#include <string>

#include "config/tls_settings.hpp"
#include "doctor/finding.hpp"

namespace patchbay::doctor {

/// The certificate that one of our own listeners shows, its key, and the authorities that its clients must be of. `table` is where they are
/// named: "server.tls" or "admin.tls". Nothing if there is no TLS.
[[nodiscard]] Findings examine_certificates(const config::ListenerTls& tls, const std::string& table);

}  // namespace patchbay::doctor
