#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "config/tls_settings.hpp"

namespace patchbay::server {

/// What the sessions of a listener with TLS are made from; null: no TLS.
using TlsContext = std::shared_ptr<SSL_CTX>;

/// TLS 1.2 and later with the certificate of the settings; null if they name none. `table` is where these stand, "server.tls". Throws
/// std::runtime_error naming the key, the file and the cure.
[[nodiscard]] TlsContext make_tls_context(const config::ListenerTls& settings, const std::string& table);

}  // namespace patchbay::server
