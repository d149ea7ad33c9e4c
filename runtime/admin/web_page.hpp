#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "admin/admin_message.hpp"

namespace patchbay::admin {

/// A file of the web page, compiled in.
struct WebFile {
  std::string_view name;
  std::string_view content_type;
  std::string_view text;
};
extern const WebFile web_files[];
extern const std::size_t web_file_count;

/// The answer to `GET /admin/ui` and what is below it: static files that need no token, because they say nothing; what they show they ask
/// the admin API for, with the token. Nothing for any other request. [thread-safe]
[[nodiscard]] std::optional<AdminReply> web_page(const AdminRequest& request);

}  // namespace patchbay::admin
