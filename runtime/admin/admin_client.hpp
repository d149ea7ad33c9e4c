#pragma once

#include <string>

#include "admin/admin_message.hpp"

namespace patchbay::admin {

/// Asks the admin API of a running host and waits for its reply. `address` as "http://HOST:PORT" or "unix:PATH"; `token` empty: none.
/// Throws std::runtime_error naming the address if nobody answers there, std::invalid_argument if it is none.
[[nodiscard]] AdminReply ask(const std::string& address, const std::string& token, const AdminRequest& request);

}  // namespace patchbay::admin
