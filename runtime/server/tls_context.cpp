#include "server/tls_context.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace patchbay::server {

namespace {

[[noreturn]] void fail(const std::string& key, const std::string& file, const char* cure) {
  const unsigned long code = ERR_peek_last_error();
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  throw std::runtime_error(key + " = \"" + file + "\": " + (reason != nullptr ? reason : "OpenSSL refuses it") + "; " + cure);
}

/// Only HTTP/1.1 is spoken here (RFC 7301 section 3.2): a client that offers it gets it, one that offers only others gets no answer.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered, unsigned offered_size, void*) {
  constexpr std::string_view ours = "http/1.1";
  for (unsigned at = 0; at < offered_size; at += offered[at] + 1u) {
    if (std::string_view(reinterpret_cast<const char*>(offered) + at + 1, std::min<unsigned>(offered[at], offered_size - at - 1)) != ours)
      continue;
    *chosen = offered + at + 1;
    *size = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

TlsContext make_tls_context(const config::ListenerTls& settings, const std::string& table) {
  if (settings.certificate.empty()) return nullptr;
  const std::string where = "[" + table + "] ";
  ERR_clear_error();
  const TlsContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) throw std::bad_alloc();
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  if (SSL_CTX_use_certificate_chain_file(context.get(), settings.certificate.c_str()) != 1)
    fail(where + "certificate", settings.certificate, "it must be a readable PEM file: the certificate first, then those that signed it");
  if (SSL_CTX_use_PrivateKey_file(context.get(), settings.private_key.c_str(), SSL_FILETYPE_PEM) != 1)
    fail(where + "private_key", settings.private_key,
         "it must be a readable PEM file with the key of that certificate, without a passphrase");
  if (SSL_CTX_check_private_key(context.get()) != 1)
    fail(where + "private_key", settings.private_key, "it is not the key of that certificate");
  if (!settings.client_ca.empty()) {
    if (SSL_CTX_load_verify_file(context.get(), settings.client_ca.c_str()) != 1)
      fail(where + "client_ca", settings.client_ca, "it must be a readable PEM file with at least one CA certificate");
    SSL_CTX_set_client_CA_list(context.get(), SSL_load_client_CA_file(settings.client_ca.c_str()));
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    constexpr unsigned char sessions[] = "patchbay";  // sessions may be resumed only with the CA that they were made with
    SSL_CTX_set_session_id_context(context.get(), sessions, sizeof sessions - 1);
  }
  return context;
}

}  // namespace patchbay::server
