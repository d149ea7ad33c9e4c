#pragma once

#include <boost/describe/class.hpp>
#include <string>

#include "patchbay/config.hpp"

namespace patchbay::config {

/// `[server.tls]`, `[admin.tls]`
struct ListenerTls {
  std::string certificate;
  std::string private_key;
  std::string client_ca;

  static constexpr Doc docs[] = {
      {.field = "certificate",
       .text = "PEM file, relative to this one: the certificate, then those that signed it. Read anew when it changes; empty: no TLS."},
      {.field = "private_key", .text = "PEM file with its key."},
      {.field = "client_ca", .text = "PEM file; clients must then show a certificate of one of these authorities."},
  };
};
BOOST_DESCRIBE_STRUCT(ListenerTls, (), (certificate, private_key, client_ca))

}  // namespace patchbay::config
