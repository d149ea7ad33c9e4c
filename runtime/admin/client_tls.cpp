#include "admin/client_tls.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <new>
#include <stdexcept>

namespace patchbay::admin {

namespace {

std::shared_ptr<X509> first_certificate_in(const std::string& file) {
  const std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new_file(file.c_str(), "r"), BIO_free);
  std::shared_ptr<X509> certificate(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr, X509_free);
  if (!certificate)
    throw std::runtime_error("cannot read the certificate in '" + file + "'; it must be a PEM file that this user may read");
  return certificate;
}

int is_the_pinned_one(X509_STORE_CTX* store, void* pinned) {
  const bool same = X509_cmp(X509_STORE_CTX_get0_cert(store), static_cast<const X509*>(pinned)) == 0;
  X509_STORE_CTX_set_error(store, same ? X509_V_OK : X509_V_ERR_APPLICATION_VERIFICATION);
  return same ? 1 : 0;
}

}  // namespace

ClientTls::ClientTls(const ServerTrust& trust) : trust_(trust), context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
  if (!context_) throw std::bad_alloc();
  SSL_CTX* const context = context_.get();
  ERR_clear_error();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, trust.anybody ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
  if (trust.anybody) {
  } else if (!trust.ca_file.empty()) {
    if (SSL_CTX_load_verify_file(context, trust.ca_file.c_str()) != 1)
      throw std::runtime_error("--ca: cannot read certificates from '" + trust.ca_file +
                               "'; it must be a readable PEM file with at least one CA certificate");
  } else if (!trust.pinned.empty()) {
    pinned_ = first_certificate_in(trust.pinned);
    SSL_CTX_set_cert_verify_callback(context, is_the_pinned_one, pinned_.get());
  } else {
    SSL_CTX_set_default_verify_paths(context);
  }
  const char* const identity = trust.identity.c_str();
  if (!trust.identity.empty() &&
      (SSL_CTX_use_certificate_chain_file(context, identity) != 1 || SSL_CTX_use_PrivateKey_file(context, identity, SSL_FILETYPE_PEM) != 1))
    throw std::runtime_error("--identity: cannot use '" + trust.identity +
                             "'; it must be a readable PEM file with a certificate and its key");
}

SSL* ClientTls::session(const std::string& host) const {
  SSL* const session = SSL_new(context_.get());
  if (session == nullptr) throw std::bad_alloc();
  // An IP address is compared with the certificate's addresses, and is not sent as server name (RFC 6066 section 3).
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str()) != 1) {
    SSL_set_tlsext_host_name(session, host.c_str());
    SSL_set1_host(session, host.c_str());
  }
  ERR_clear_error();
  return session;
}

std::string ClientTls::objection(const SSL* session) const {
  const long verdict = SSL_get_verify_result(session);
  if (verdict == X509_V_OK || trust_.anybody) return {};
  if (pinned_)
    return "it shows another certificate than the one in '" + trust_.pinned + "'; was that renewed, and does the host know yet (SIGHUP)?";
  return std::string("its certificate was refused: ") + X509_verify_cert_error_string(verdict) +
         "; name its authority with --ca FILE, or the host's configuration with --config FILE";
}

}  // namespace patchbay::admin
