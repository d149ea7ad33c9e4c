#include "commands/start_objections.hpp"

#include <stdexcept>
#include <string>
#include <utility>

#include "access/needs_state.hpp"
#include "admin/admin_server.hpp"
#include "admin/endpoint_address.hpp"
#include "server/policy.hpp"
#include "upstream/make_client.hpp"
#include "upstream/proxy.hpp"

namespace patchbay::commands {

namespace {

/// Empty if both can listen, as far as that can be known.
std::string shared_port(const config::Settings& settings) {
  const server::ListenAddress server = server::parse_listen(settings.server.listen);
  const server::ListenAddress admin = admin::parse_tcp_address(settings.admin.listen);
  const auto everywhere = [](const server::ListenAddress& one) { return one.host == "0.0.0.0" || one.host == "::"; };
  if (server.port == 0 || server.port != admin.port) return {};
  if (server.host != admin.host && !everywhere(server) && !everywhere(admin)) return {};
  return "[server] listens on port " + std::to_string(server.port) + " as well; choose another one";
}

}  // namespace

std::vector<config::Diagnostic> start_objections(const std::string& file, const config::Settings& settings) {
  std::vector<config::Diagnostic> objections;
  const auto ask = [&](const char* key, const auto& question) {
    std::string objection;
    try {
      objection = question();
    } catch (const std::invalid_argument& malformed) {
      objection = malformed.what();
    } catch (const upstream::SetupError& impossible) {
      objection = impossible.what();
    }
    if (!objection.empty()) objections.push_back({{file, 0, 0}, key, std::move(objection), {}});
  };
  ask("server.listen", [&] { return server::bind_objection(settings.server, access::has_keys(settings.access)); });
  if (const std::string& listen = settings.admin.listen; !listen.empty()) {
    ask("admin.listen", [&] { return admin::bind_objection(settings.admin); });
    if (!listen.starts_with("unix:")) ask("admin.listen", [&] { return shared_port(settings); });
  }
  ask("upstream.proxy", [&] {
    (void)upstream::ProxyRules(settings.upstream);
    return std::string();
  });
  return objections;
}

}  // namespace patchbay::commands
