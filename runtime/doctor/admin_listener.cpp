#include <unistd.h>

#include <boost/asio/error.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstring>
#include <filesystem>
#include <map>
#include <stdexcept>

#include "admin/admin_client.hpp"
#include "admin/endpoint_address.hpp"
#include "admin/patchbay_report.hpp"
#include "doctor/binding.hpp"
#include "doctor/listeners.hpp"
#include "doctor/told.hpp"

namespace patchbay::doctor {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr const char* key = "[admin] listen";

/// An instance without the generation of its plugin, which rises in a host that replaces plugins: "TYPE:HASH:GENERATION[:process]".
std::string without_generation(std::string_view id) {
  const std::size_t hash = id.find(':');
  const std::size_t generation = hash == std::string_view::npos ? hash : id.find(':', hash + 1);
  if (generation == std::string_view::npos) return std::string(id);
  const std::size_t rest = id.find(':', generation + 1);
  return std::string(id.substr(0, generation)) + std::string(rest == std::string_view::npos ? "" : id.substr(rest));
}

/// Route → what it is and which configurations it names, as text that can be compared.
std::map<std::string, std::string> routes_of(json::value report) {
  std::map<std::string, std::string> routes;
  json::object* const root = report.if_object();
  json::value* const list = root != nullptr ? root->if_contains("routes") : nullptr;
  if (list == nullptr || !list->is_array()) return routes;
  for (json::value& route : list->get_array()) {
    if (!route.is_object() || !route.get_object().contains("id")) continue;
    if (json::value* const targets = route.get_object().if_contains("targets"); targets != nullptr && targets->is_array())
      for (json::value& target : targets->get_array())
        if (json::value* const modules = target.is_object() ? target.get_object().if_contains("modules") : nullptr;
            modules != nullptr && modules->is_array())
          for (json::value& module : modules->get_array())
            if (json::value* const instance = module.is_object() ? module.get_object().if_contains("instance") : nullptr;
                instance != nullptr && instance->is_string())
              *instance = without_generation(instance->get_string());
    const std::string id(route.at("id").as_string());
    routes[id] = json::serialize(route);
  }
  return routes;
}

std::string differences(const std::map<std::string, std::string>& running, const std::map<std::string, std::string>& wanted) {
  std::string text;
  const auto tell = [&text](const std::string& route, const char* how) { text += (text.empty() ? "" : ", ") + route + " " + how; };
  for (const auto& [id, route] : wanted) {
    const auto found = running.find(id);
    if (found == running.end())
      tell(id, "is new");
    else if (found->second != route)
      tell(id, "differs");
  }
  for (const auto& [id, route] : running)
    if (!wanted.contains(id)) tell(id, "is gone");
  return text;
}

Findings running_host(const std::string& subject, const admin::AdminReply& reply, const Candidate* candidate) {
  json::error_code malformed;
  json::value report = json::parse(reply.body, malformed);
  const json::object* const facts = malformed ? nullptr : report.if_object();
  const json::value* const version = facts != nullptr ? facts->if_contains("version") : nullptr;
  const json::value* const generation = facts != nullptr ? facts->if_contains("generation") : nullptr;
  if (version == nullptr || !version->is_string() || generation == nullptr)
    return {{Level::warning, subject, "a Patchbay answers that does not say what it serves",
             "is it another version? `patchbay plugin list` asks it, too"}};
  const std::string title =
      std::string(version->get_string()) + " runs here, with generation " + json::serialize(*generation) + " of its configuration";
  if (candidate == nullptr) return {{Level::ok, subject, title, {}}};
  const std::string difference = differences(routes_of(report), routes_of(admin::describe(candidate->assembly, candidate->pool)));
  if (difference.empty()) return {{Level::ok, subject, title + "; its routes are those of this file", {}}};
  return {{Level::warning, subject, title + ", and its routes are not those of this file: " + difference,
           "send it SIGHUP; if that changes nothing, its log says why it refused the file, or it runs on another file"}};
}

Findings who_is_there(const std::string& subject, const admin::EndpointAddress& address, const config::AdminSettings& admin,
                      const Candidate* candidate, const Asking& asking) {
  admin::Contact contact = admin::contact_of(admin);
  contact.timeout = asking.timeout;
  if (!admin.tls.client_ca.empty()) contact.trust.identity = asking.identity;
  try {
    const admin::AdminReply reply = admin::ask(contact, {"GET", "/admin/patchbay", ""});
    const bool is_ours = reply.headers.find("Server") == "patchbay";
    if (is_ours && reply.status == 200) return running_host(subject, reply, candidate);
    if (is_ours)
      return {{Level::warning, subject, "a Patchbay runs here and refuses the token of this file",
               "it was started with another [admin] token, which stays until it is restarted"}};
  } catch (const admin::NotTrusted& fault) {
    return {told(Level::error, subject, fault.what(), "restart the gateway, or set " + std::string(key) + " to another address")};
  } catch (const std::runtime_error& fault) {
    if (!contact.trust.identity.empty())
      return {told(Level::warning, subject, fault.what(), "is " + asking.identity + " of an authority in [admin.tls] client_ca?")};
    if (!admin.tls.client_ca.empty())
      return {{Level::note, subject,
               "somebody listens here, and may be the gateway: it asks its clients for certificates, and this has none",
               "--identity PEM asks it with one"}};
  }
  if (!address.socket_path.empty())
    return {{Level::error, subject, "another program listens here", std::string("stop it, or set ") + key + " to another path"}};
  boost::asio::ip::tcp::endpoint tcp;
  std::memcpy(tcp.data(), address.endpoint.data(), address.endpoint.size());
  return {taken(subject, tcp.port(), key)};
}

Findings socket_file(const std::string& subject, const std::string& path) {
  const fs::path folder = fs::path(path).parent_path().empty() ? fs::path(".") : fs::path(path).parent_path();
  std::error_code unknown;
  if (!fs::is_directory(folder, unknown))
    return {{Level::error, subject, "there is no folder '" + folder.string() + "'", "mkdir -p " + folder.string()}};
  if (::access(folder.c_str(), W_OK) != 0)
    return {{Level::error, subject, "this user may not write to '" + folder.string() + "'",
             std::string("set ") + key + " to a path in a folder of this user"}};
  if (fs::exists(path, unknown) && !fs::is_socket(path, unknown))
    return {
        {Level::error, subject, "a file that is no socket is in the way", "move it away, or set " + std::string(key) + " to another path"}};
  return {{Level::ok, subject, fs::exists(path, unknown) ? "free; a socket that a process left behind will be replaced" : "free", {}}};
}

}  // namespace

Findings examine_admin_listener(const config::AdminSettings& admin, const Candidate* candidate, const Asking& asking) {
  if (admin.listen.empty())
    return {{Level::note, key, "there is no admin API: nobody can look into the gateway, or change plugins, while it runs",
             "[admin] listen = \"unix:/run/patchbay/admin.sock\", or an address with a token"}};
  const std::string subject = "admin.listen " + admin.listen;
  admin::EndpointAddress address;
  try {
    address = admin::parse_address(admin.listen);
  } catch (const std::invalid_argument& malformed) {
    return {told(Level::error, subject, malformed.what(), "write it like 127.0.0.1:9090 or unix:PATH")};
  }
  Findings findings;
  if (address.socket_path.empty() && admin.token.empty())
    findings.push_back({Level::error, "admin.token",
                        "every user of this machine could reach the admin API, so it is not started without a token",
                        "set [admin] token, or listen on unix:PATH"});
  if (!address.socket_path.empty()) {
    boost::asio::io_context io;
    boost::asio::generic::stream_protocol::socket probe(io);
    boost::system::error_code nobody;
    probe.connect(address.endpoint, nobody);
    add(findings, nobody ? socket_file(subject, address.socket_path) : who_is_there(subject, address, admin, candidate, asking));
    return findings;
  }
  const boost::system::error_code failed = try_to_bind(address.endpoint);
  if (!failed)
    findings.push_back({Level::ok, subject, "free", {}});
  else if (failed == boost::asio::error::address_in_use)
    add(findings, who_is_there(subject, address, admin, candidate, asking));
  else
    findings.push_back(not_bound(subject, failed, key));
  return findings;
}

}  // namespace patchbay::doctor
