#pragma once

#include <string>
#include <string_view>

#include "admin/admin_message.hpp"
#include "commands/cli.hpp"

namespace patchbay::commands {

/// Asks the admin API of the running host that `options` name. Throws std::runtime_error saying how to name one, or why it does not answer.
[[nodiscard]] admin::AdminReply ask_host(const AdminOptions& options, const admin::AdminRequest& request);

/// Prints what a host replied, or on standard error what it refused; the exit status.
int print_reply(const admin::AdminReply& reply);

/// What a reply says to a person: its `message`, or its `error`, or all of it.
[[nodiscard]] std::string message_of(const admin::AdminReply& reply);

/// A name as one segment of a path (RFC 3986 section 3.3).
[[nodiscard]] std::string path_segment(std::string_view name);

}  // namespace patchbay::commands
