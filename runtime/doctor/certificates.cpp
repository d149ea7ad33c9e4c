#include "doctor/certificates.hpp"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <vector>

#include "doctor/certificate.hpp"
#include "doctor/told.hpp"
#include "server/tls_context.hpp"

namespace patchbay::doctor {

namespace fs = std::filesystem;

namespace {

Finding who_may_read_the_key(const std::string& file) {
  std::error_code unknown;
  const fs::perms permissions = fs::status(file, unknown).permissions();
  if (!unknown && (permissions & fs::perms::others_read) != fs::perms::none)
    return {Level::warning, file, "every user of this machine may read the private key", "chmod 600 " + file};
  return {Level::ok, file, "the key belongs to the certificate, and others may not read it", {}};
}

/// What a client would think that has the system's authorities and what we send: X509_V_OK, or why it cannot trust it.
int verdict_on(const std::vector<Certificate>& chain) {
  const std::unique_ptr<X509_STORE, void (*)(X509_STORE*)> store(X509_STORE_new(), X509_STORE_free);
  const std::unique_ptr<X509_STORE_CTX, void (*)(X509_STORE_CTX*)> context(X509_STORE_CTX_new(), X509_STORE_CTX_free);
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> others(sk_X509_new_null(),
                                                                          [](STACK_OF(X509) * stack) { sk_X509_free(stack); });
  X509_STORE_set_default_paths(store.get());
  for (std::size_t i = 1; i < chain.size(); ++i) sk_X509_push(others.get(), chain[i].get());
  X509_STORE_CTX_init(context.get(), store.get(), chain.front().get(), others.get());
  X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context.get()), X509_V_FLAG_NO_CHECK_TIME);  // told apart
  X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

/// The last certificate of the chain that the file makes, from the leaf up.
X509* end_of_chain(const std::vector<Certificate>& certificates) {
  X509* last = certificates.front().get();
  for (std::size_t i = 1; i < certificates.size() && X509_check_issued(certificates[i].get(), last) == X509_V_OK; ++i)
    last = certificates[i].get();
  return last;
}

Finding trust_in(const std::string& file, const std::vector<Certificate>& certificates) {
  X509* const last = end_of_chain(certificates);
  const std::string issuer = issuer_of(last);
  const bool self_signed = X509_check_issued(last, last) == X509_V_OK;
  if (last != certificates.back().get())
    return {Level::warning, file, "the certificate that signed '" + subject_of(last) + "' does not follow it",
            "put the certificate first, then the one that signed it, then the one that signed that"};
  if (verdict_on(certificates) == X509_V_OK) return {Level::ok, file, "complete up to an authority that this system trusts: " + issuer, {}};
  if (self_signed && certificates.size() == 1)
    return {Level::note, file, "it is signed by itself",
            "clients need this file as their CA, or a certificate of an authority that they know"};
  return {Level::note, file, "this system does not know its authority '" + issuer + "'",
          "clients need that authority's certificate; if it is an intermediate one, add it to the end of the file"};
}

Findings client_authorities(const std::string& file) {
  Findings findings;
  for (const Certificate& one : certificates_in(file))
    findings.push_back(validity(file + " (" + subject_of(one.get()) + ")", one.get(), "take it out, or put a renewed one in its place"));
  return findings;
}

}  // namespace

Findings examine_certificates(const config::ListenerTls& tls, const std::string& table) {
  if (tls.certificate.empty()) return {};
  Findings findings;
  try {
    (void)server::make_tls_context(tls, table);
  } catch (const std::runtime_error& fault) {
    findings.push_back(told(Level::error, table, fault.what(), "it must be a PEM file that the gateway's user may read"));
  }
  const std::vector<Certificate> certificates = certificates_in(tls.certificate);
  if (certificates.empty()) return findings;
  if (findings.empty()) findings.push_back(who_may_read_the_key(tls.private_key));
  const X509* const leaf = certificates.front().get();
  findings.push_back(validity(tls.certificate, leaf, "renew it; a saved file is in force for the next connection"));
  const std::string names = names_of(leaf);
  if (names.empty())
    findings.push_back({Level::warning, tls.certificate, "it is made out to no host name or address, so clients refuse it",
                        "have one made with a subjectAltName"});
  else
    findings.push_back({Level::ok, tls.certificate, "made out to " + names, {}});
  findings.push_back(trust_in(tls.certificate, certificates));
  if (!tls.client_ca.empty()) add(findings, client_authorities(tls.client_ca));
  return findings;
}

}  // namespace patchbay::doctor
