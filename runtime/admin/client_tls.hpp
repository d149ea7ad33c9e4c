#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace patchbay::admin {

/// Which certificate an admin API over TLS must show. The first of these that is set counts; none: one that the system's authorities have
/// signed, made out to the host that was asked for.
struct ServerTrust {
  bool anybody = false;  ///< any: for who asks only what is there, and says nothing that is secret
  std::string ca_file;   ///< PEM; signed by one of these authorities, and made out to the host
  std::string pinned;    ///< PEM; this very one, whatever host it is made out to: that of a host on the same machine
  std::string identity;  ///< PEM with the certificate and key that we show; empty: none
};

/// Makes our side of TLS connections to an admin API.
class ClientTls {
 public:
  /// Throws std::runtime_error naming the file that cannot be used, and the cure.
  explicit ClientTls(const ServerTrust& trust);
  ClientTls(const ClientTls&) = delete;

  /// A session with `host`, a name or an address; whoever gets it frees it.
  [[nodiscard]] SSL* session(const std::string& host) const;

  /// Why a session's peer was not believed, with the cure; empty if it was.
  [[nodiscard]] std::string objection(const SSL* session) const;

 private:
  const ServerTrust trust_;
  std::shared_ptr<SSL_CTX> context_;
  std::shared_ptr<X509> pinned_;
};

}  // namespace patchbay::admin
