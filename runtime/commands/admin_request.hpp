#pragma once

#include <string>
#include <string_view>

#include "admin/admin_client.hpp"
#include "commands/cli.hpp"

namespace patchbay::commands {

/// Asks a running host. Throws std::runtime_error saying how to name it.
[[nodiscard]] admin::AdminReply ask_host(AdminOptions options, const admin::AdminRequest& request);

/// A name as one segment of a path (RFC 3986 section 3.3).
[[nodiscard]] std::string path_segment(std::string_view name);

/// What a reply says to a person.
[[nodiscard]] std::string message_of(const admin::AdminReply& reply);

}  // namespace patchbay::commands
