#pragma once

#include <openssl/x509.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "doctor/finding.hpp"

namespace patchbay::doctor {

/// A handle that shares OpenSSL's own count.
using Certificate = std::shared_ptr<X509>;
[[nodiscard]] Certificate share(X509* certificate);

/// The certificates of a PEM file, in its order; none if it cannot be read or has none.
[[nodiscard]] std::vector<Certificate> certificates_in(const std::string& file);

/// "CN=…, O=…"
[[nodiscard]] std::string subject_of(const X509* certificate);
[[nodiscard]] std::string issuer_of(const X509* certificate);

/// The host names and addresses that it is made out to, "localhost, 127.0.0.1"; clients look at nothing else (RFC 9110 section 4.3.4).
[[nodiscard]] std::string names_of(const X509* certificate);

/// How long it is good from now on, and when it ends, and whether that is soon. `renewal` is the cure.
[[nodiscard]] Finding validity(std::string subject, const X509* certificate, const std::string& renewal);

}  // namespace patchbay::doctor
