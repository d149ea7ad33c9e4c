#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace patchbay::upstream::testing {

/// A server's certificate and key.
class Identity {
 public:
  Identity(X509* certificate, EVP_PKEY* key);
  [[nodiscard]] SSL_CTX* server_context() const { return context_.get(); }
  [[nodiscard]] std::string certificate_pem() const;
  [[nodiscard]] std::string key_pem() const;

 private:
  std::shared_ptr<SSL_CTX> context_;
};

/// A certificate authority made for one test; its certificate stands in a temporary PEM file.
class Authority {
 public:
  Authority();
  ~Authority();
  Authority(const Authority&) = delete;

  [[nodiscard]] const std::string& ca_file() const { return ca_file_; }
  /// A certificate for the names given, in OpenSSL's notation: "DNS:localhost,IP:127.0.0.1". It is good for so many days; a negative number
  /// of them ago it expired.
  [[nodiscard]] Identity issue(const std::string& subject_alternative_names, int days = 1) const;
  [[nodiscard]] std::string certificate_pem() const;

 private:
  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<X509> certificate_;
  std::string ca_file_;
};

}  // namespace patchbay::upstream::testing
