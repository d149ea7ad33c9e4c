#include "test_certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>

namespace patchbay::upstream::testing {

namespace {

void add_extension(X509* certificate, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  if (extension == nullptr) throw std::runtime_error("bad certificate extension: " + value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

constexpr int day = 86'400;  // seconds

std::string text_in(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  std::string text(bytes, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

std::string pem_of(X509* certificate) {
  BIO* const bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  return text_in(bio);
}

X509* make_certificate(const char* name, EVP_PKEY* key, const X509* issuer, EVP_PKEY* issuer_key, int extension, const std::string& value,
                       int days = 1) {
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), issuer == nullptr ? 1 : 2);
  X509_gmtime_adj(X509_getm_notBefore(certificate), (days < 0 ? days * day : 0) - 3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), days * day + (days < 0 ? 0 : 60));
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name), -1, -1,
                             0);
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer == nullptr ? certificate : issuer));
  X509_set_pubkey(certificate, key);
  add_extension(certificate, extension, value);
  X509_sign(certificate, issuer_key, EVP_sha256());
  return certificate;
}

}  // namespace

Identity::Identity(X509* certificate, EVP_PKEY* key) : context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free) {
  if (SSL_CTX_use_certificate(context_.get(), certificate) != 1 || SSL_CTX_use_PrivateKey(context_.get(), key) != 1)
    throw std::runtime_error("certificate and key do not fit");
}

std::string Identity::certificate_pem() const { return pem_of(SSL_CTX_get0_certificate(context_.get())); }

std::string Identity::key_pem() const {
  BIO* const bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, SSL_CTX_get0_privatekey(context_.get()), nullptr, nullptr, 0, nullptr, nullptr);
  return text_in(bio);
}

Authority::Authority() : key_(EVP_EC_gen("P-256"), EVP_PKEY_free) {
  certificate_ = {make_certificate("Patchbay test CA", key_.get(), nullptr, key_.get(), NID_basic_constraints, "critical,CA:TRUE"),
                  X509_free};
  char path[] = "/tmp/patchbay-test-ca-XXXXXX";
  std::FILE* file = ::fdopen(::mkstemp(path), "w");
  PEM_write_X509(file, certificate_.get());
  std::fclose(file);
  ca_file_ = path;
}

Authority::~Authority() { ::unlink(ca_file_.c_str()); }

std::string Authority::certificate_pem() const { return pem_of(certificate_.get()); }

Identity Authority::issue(const std::string& subject_alternative_names, int days) const {
  const std::shared_ptr<EVP_PKEY> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::shared_ptr<X509> certificate(make_certificate("Patchbay test server", key.get(), certificate_.get(), key_.get(),
                                                           NID_subject_alt_name, subject_alternative_names, days),
                                          X509_free);
  return Identity(certificate.get(), key.get());
}

}  // namespace patchbay::upstream::testing
