#pragma once

#include <chrono>
#include <stdexcept>
#include <string>

#include "admin/admin_message.hpp"
#include "admin/client_tls.hpp"
#include "config/settings.hpp"

namespace patchbay::admin {

/// How to reach the admin API of a running host.
struct Contact {
  std::string address;  ///< "http://HOST:PORT", "https://HOST:PORT" or "unix:PATH"
  std::string token;    ///< empty: none
  ServerTrust trust{};
  std::chrono::milliseconds timeout{0};  ///< for the whole exchange; zero: as long as it takes
};

/// Somebody answers who does not show the certificate that we trust; nothing was said to it.
class NotTrusted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// How to reach the host that runs on this machine with these settings: with its token, and only if it shows the certificate that they
/// name.
[[nodiscard]] Contact contact_of(const config::AdminSettings& settings);

/// Asks the admin API of a running host and waits for its reply. Throws std::runtime_error naming the address if nobody answers there,
/// NotTrusted, std::invalid_argument if it is none.
[[nodiscard]] AdminReply ask(const Contact& contact, const AdminRequest& request);

}  // namespace patchbay::admin
