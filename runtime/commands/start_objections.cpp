#include "commands/start_objections.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "access/needs_state.hpp"
#include "admin/admin_server.hpp"
#include "admin/endpoint_address.hpp"
#include "server/policy.hpp"
#include "server/tls_context.hpp"
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

std::vector<config::Diagnostic> start_objections(const std::string& path, const AssembledFile& file) {
  std::vector<config::Diagnostic> objections;
  const std::optional<config::Settings>& read = file.settings ? file.settings : file.draft;
  if (!read) return objections;
  const config::Settings& settings = *read;
  /// `keys` are what the answer depends on; the first is what an objection is about.
  const auto ask = [&](std::initializer_list<const char*> keys, const auto& question) {
    if (std::any_of(keys.begin(), keys.end(), [&](const char* key) { return is_faulty(key, file.diagnostics); })) return;
    std::string objection;
    try {
      objection = question();
    } catch (const std::invalid_argument& malformed) {
      objection = malformed.what();
    } catch (const std::runtime_error& impossible) {  // a proxy, a file of a certificate
      objection = impossible.what();
    }
    if (!objection.empty()) objections.push_back({{path, 0, 0}, *keys.begin(), std::move(objection), {}});
  };
  const auto possible = [](const auto&) { return std::string(); };
  ask({"server.listen", "server.api_keys", "server.allow_unauthenticated", "keys", "access.managed_keys"},
      [&] { return server::bind_objection(settings.server, access::has_keys(settings.access)); });
  ask({"server.tls"}, [&] { return possible(server::make_tls_context(settings.server.tls, "server.tls")); });
  if (const std::string& listen = settings.admin.listen; !listen.empty()) {
    ask({"admin.listen", "admin.token"}, [&] { return admin::bind_objection(settings.admin); });
    if (!listen.starts_with("unix:")) ask({"admin.listen", "server.listen"}, [&] { return shared_port(settings); });
    ask({"admin.tls"}, [&] { return possible(server::make_tls_context(settings.admin.tls, "admin.tls")); });
  }
  ask({"upstream.proxy", "upstream.no_proxy"}, [&] { return possible(upstream::ProxyRules(settings.upstream)); });
  ask({"upstream.ca_file"}, [&] { return possible(upstream::make_tls_context(settings.upstream)); });
  config::place(objections, file.document);
  return objections;
}

}  // namespace patchbay::commands
