#include "doctor/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <cstring>

namespace patchbay::doctor {

namespace {

constexpr int soon_in_days = 21;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

std::string text_in(BIO* bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string text_of(const X509_NAME* name) {
  const Bio bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_ONELINE & ~XN_FLAG_SPC_EQ);
  return text_in(bio.get());
}

/// "2027-01-31"
std::string date_of(const ASN1_TIME* time) {
  tm date{};
  if (ASN1_TIME_to_tm(time, &date) != 1) return "an unreadable date";
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &date);
  return text;
}

std::string address_of(const ASN1_OCTET_STRING* octets) {
  const unsigned char* const bytes = ASN1_STRING_get0_data(octets);
  if (ASN1_STRING_length(octets) == 4) {
    boost::asio::ip::address_v4::bytes_type four;
    std::memcpy(four.data(), bytes, four.size());
    return boost::asio::ip::address_v4(four).to_string();
  }
  boost::asio::ip::address_v6::bytes_type sixteen{};
  if (ASN1_STRING_length(octets) == 16) std::memcpy(sixteen.data(), bytes, sixteen.size());
  return boost::asio::ip::address_v6(sixteen).to_string();
}

}  // namespace

Certificate share(X509* certificate) {
  X509_up_ref(certificate);
  return {certificate, X509_free};
}

std::vector<Certificate> certificates_in(const std::string& file) {
  std::vector<Certificate> certificates;
  const Bio bio(BIO_new_file(file.c_str(), "r"));
  if (bio)
    while (X509* const one = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) certificates.emplace_back(one, X509_free);
  ERR_clear_error();  // the end of the file is one
  return certificates;
}

std::string subject_of(const X509* certificate) { return text_of(X509_get_subject_name(certificate)); }

std::string issuer_of(const X509* certificate) { return text_of(X509_get_issuer_name(certificate)); }

std::string names_of(const X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, void (*)(GENERAL_NAMES*)> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)), GENERAL_NAMES_free);
  std::string text;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS && name->type != GEN_IPADD) continue;
    if (!text.empty()) text += ", ";
    if (name->type == GEN_DNS)
      text.append(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                  static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    else
      text += address_of(name->d.iPAddress);
  }
  return text;
}

Finding validity(std::string subject, const X509* certificate, const std::string& renewal) {
  const ASN1_TIME* const begin = X509_get0_notBefore(certificate);
  const ASN1_TIME* const end = X509_get0_notAfter(certificate);
  if (X509_cmp_current_time(begin) > 0)
    return {Level::error, std::move(subject), "it is not good before " + date_of(begin),
            "look at the clock of this machine; else " + renewal};
  int days = 0;
  int seconds = 0;
  ASN1_TIME_diff(&days, &seconds, nullptr, end);
  if (X509_cmp_current_time(end) < 0)
    return {Level::error, std::move(subject), "it expired on " + date_of(end) + ", " + std::to_string(-days) + " days ago", renewal};
  const std::string left = "good until " + date_of(end) + ", for " + std::to_string(days) + (days == 1 ? " day" : " days");
  if (days < soon_in_days) return {Level::warning, std::move(subject), left, renewal};
  return {Level::ok, std::move(subject), left, {}};
}

}  // namespace patchbay::doctor
