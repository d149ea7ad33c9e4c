#include "commands/ask_host.hpp"

namespace patchbay::commands {

int report_shadow(const AdminOptions& admin, bool json) {
  return print_reply(ask_host(admin, {"GET", json ? "/admin/shadow/report" : "/admin/shadow/report?format=text", ""}));
}

}  // namespace patchbay::commands
