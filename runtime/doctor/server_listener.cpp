#include <boost/asio/ip/tcp.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <optional>
#include <stdexcept>

#include "admin/admin_client.hpp"
#include "doctor/binding.hpp"
#include "doctor/listeners.hpp"
#include "doctor/told.hpp"
#include "patchbay/plain_json.hpp"
#include "server/policy.hpp"

namespace patchbay::doctor {

namespace asio = boost::asio;

namespace {

constexpr const char* key = "[server] listen";

/// What a gateway at that address says of itself; nothing if none answers.
std::optional<std::string> health_at(const config::ServerSettings& server, std::chrono::milliseconds timeout) {
  const std::string scheme = server.tls.certificate.empty() ? "http://" : "https://";
  try {
    const admin::AdminReply reply = admin::ask({scheme + server.listen, "", {.anybody = true}, timeout}, {"GET", "/health", ""});
    if (reply.headers.find("Server") == "patchbay") return reply.body;
  } catch (const std::runtime_error&) {
    // Nobody who speaks HTTP, or none that we may ask: whoever it is, it is no gateway with this configuration.
  }
  return std::nullopt;
}

std::string text_of(const std::string& health) {
  boost::json::error_code malformed;
  const boost::json::value said = boost::json::parse(health, malformed);
  const boost::json::object* const facts = malformed ? nullptr : said.if_object();
  std::string text = "a gateway serves here";
  if (facts == nullptr) return text;
  for (const char* const name : {"mode", "routes", "generation"})
    if (const boost::json::value* const value = facts->if_contains(name))
      text += std::string(text.find(':') == std::string::npos ? ": " : ", ") + name + " " + plain_text(*value);
  return text;
}

}  // namespace

Findings examine_server_listener(const config::ServerSettings& server, std::chrono::milliseconds timeout) {
  const std::string subject = "server.listen " + server.listen;
  server::ListenAddress address;
  try {
    address = server::parse_listen(server.listen);
  } catch (const std::invalid_argument&) {
    return {};  // told as a fault of the configuration
  }
  const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(address.host), address.port);
  const boost::system::error_code failed = try_to_bind(endpoint);
  if (!failed) return {{Level::ok, subject, address.port == 0 ? "any free port will be taken" : "free", {}}};
  if (failed != asio::error::address_in_use) return {not_bound(subject, failed, key)};
  if (const std::optional<std::string> health = health_at(server, timeout)) return {{Level::ok, subject, text_of(*health), {}}};
  return {taken(subject, address.port, key)};
}

}  // namespace patchbay::doctor
