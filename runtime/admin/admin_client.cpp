#include "admin/admin_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <limits>
#include <optional>
#include <stdexcept>
#include <vector>

#include "admin/endpoint_address.hpp"
#include "upstream/url.hpp"

namespace patchbay::admin {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using Protocol = asio::generic::stream_protocol;

namespace {

/// Where to connect to, one after the other, and as whom the peer must be known.
struct Destination {
  std::vector<Protocol::endpoint> endpoints;
  std::string host;
  bool tls = false;
};

Destination destination_of(asio::io_context& io, const std::string& address) {
  if (!address.starts_with("http://") && !address.starts_with("https://")) return {{parse_address(address).endpoint}, {}, false};
  upstream::Url url;
  const std::string fault = upstream::parse_url(address, url);
  if (!fault.empty()) throw std::invalid_argument("'" + address + "' is not an address: " + fault);
  Destination destination{{}, std::string(url.host), url.tls};
  asio::ip::tcp::resolver resolver(io);
  for (const auto& entry : resolver.resolve(destination.host, std::to_string(url.port)))
    destination.endpoints.emplace_back(entry.endpoint());
  return destination;
}

/// One exchange, operation by operation, with one time-out for all of them.
class Exchange {
 public:
  explicit Exchange(std::chrono::milliseconds timeout) {
    if (timeout.count() > 0) until_ = std::chrono::steady_clock::now() + timeout;
  }

  [[nodiscard]] asio::io_context& io() { return io_; }

  /// Starts an operation with a handler and waits until that is called.
  template <class Start>
  error_code outcome_of(Start&& start) {
    std::optional<error_code> outcome;
    start([&outcome](const error_code& error, auto&&...) { outcome = error; });
    io_.restart();
    if (until_)
      io_.run_until(*until_);
    else
      io_.run();
    return outcome.value_or(asio::error::timed_out);
  }
  template <class Start>
  void await(Start&& start) {
    if (const error_code failed = outcome_of(std::forward<Start>(start))) throw boost::system::system_error(failed);
  }

  [[nodiscard]] Protocol::socket connect(const std::vector<Protocol::endpoint>& endpoints) {
    error_code failed = asio::error::host_not_found;
    for (const Protocol::endpoint& endpoint : endpoints) {
      Protocol::socket socket(io_);
      failed = outcome_of([&](auto handler) { socket.async_connect(endpoint, handler); });
      if (!failed) return socket;
    }
    throw boost::system::system_error(failed);
  }

  template <class Stream>
  AdminReply talk(Stream& stream, const http::request<http::string_body>& message) {
    await([&](auto handler) { http::async_write(stream, message, handler); });
    boost::beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(std::numeric_limits<std::uint64_t>::max());
    await([&](auto handler) { http::async_read(stream, buffer, parser, handler); });
    AdminReply reply{parser.get().result_int(), std::move(parser.get().body()), std::string(parser.get()[http::field::content_type])};
    if (const auto server = parser.get()[http::field::server]; !server.empty()) reply.headers.add("Server", std::string(server));
    return reply;
  }

 private:
  asio::io_context io_;
  std::optional<std::chrono::steady_clock::time_point> until_;
};

http::request<http::string_body> message_of(const Contact& contact, const AdminRequest& request) {
  http::request<http::string_body> message(http::string_to_verb(request.method), request.target, 11, request.body);
  message.set(http::field::host, "patchbay");
  if (!contact.token.empty()) message.set(http::field::authorization, "Bearer " + contact.token);
  message.keep_alive(false);
  message.prepare_payload();
  return message;
}

AdminReply talk_tls(Exchange& exchange, Protocol::socket socket, const std::string& host, const Contact& contact,
                    const http::request<http::string_body>& message) {
  const ClientTls tls(contact.trust);
  asio::ssl::stream<Protocol::socket> stream(std::move(socket), tls.session(host));
  const error_code failed = exchange.outcome_of([&](auto handler) { stream.async_handshake(asio::ssl::stream_base::client, handler); });
  if (failed) {
    const std::string objection = tls.objection(stream.native_handle());
    if (!objection.empty()) throw NotTrusted("the admin API at " + contact.address + " is not trusted: " + objection);
    throw boost::system::system_error(failed);
  }
  return exchange.talk(stream, message);
}

}  // namespace

Contact contact_of(const config::AdminSettings& settings) {
  Contact contact{settings.listen, settings.token, {.pinned = settings.tls.certificate}};
  if (!settings.tls.certificate.empty())
    contact.address = "https://" + contact.address.substr(contact.address.starts_with("http") ? contact.address.find("//") + 2 : 0);
  return contact;
}

AdminReply ask(const Contact& contact, const AdminRequest& request) {
  try {
    Exchange exchange(contact.timeout);
    const Destination destination = destination_of(exchange.io(), contact.address);
    Protocol::socket socket = exchange.connect(destination.endpoints);
    const http::request<http::string_body> message = message_of(contact, request);
    return destination.tls ? talk_tls(exchange, std::move(socket), destination.host, contact, message) : exchange.talk(socket, message);
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error("no admin API answers at " + contact.address + ": " + error.code().message() +
                             "; is the host running, with [admin] listen set to this address?");
  }
}

}  // namespace patchbay::admin
