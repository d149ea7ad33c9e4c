#include "admin/web_page.hpp"

#include <algorithm>
#include <string>

namespace patchbay::admin {

namespace {

constexpr std::string_view root = "/admin/ui";

/// Everything comes from here; only the playground asks elsewhere, the gateway's own port.
constexpr const char* content_security_policy =
    "default-src 'self'; connect-src 'self' http: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

}  // namespace

std::optional<AdminReply> web_page(const AdminRequest& request) {
  std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  if (request.method != "GET" || !path.starts_with(root)) return std::nullopt;
  path.remove_prefix(root.size());
  AdminReply reply;
  if (path.empty()) {  // what the page names is named relative to it
    reply.status = 308;
    reply.headers.add("Location", std::string(root) + "/");
    return reply;
  }
  if (path.front() != '/') return std::nullopt;
  path.remove_prefix(1);
  const std::string_view name = path.empty() ? "index.html" : path;
  const WebFile* const end = web_files + web_file_count;
  const WebFile* const file = std::find_if(web_files, end, [name](const WebFile& one) { return one.name == name; });
  if (file == end) return std::nullopt;
  reply.body = file->text;
  reply.content_type = file->content_type;
  reply.headers.add("Content-Security-Policy", content_security_policy);
  reply.headers.add("X-Content-Type-Options", "nosniff");
  reply.headers.add("Referrer-Policy", "no-referrer");
  return reply;
}

}  // namespace patchbay::admin
