#include "admin/admin_server.hpp"

#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "admin/web_page.hpp"

namespace patchbay::admin {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace {

using Protocol = asio::generic::stream_protocol;
using PlainStream = beast::basic_stream<Protocol>;
using SecureStream = asio::ssl::stream<PlainStream>;

constexpr std::size_t largest_body = 256u << 20;  // a plugin with its debug information
constexpr std::chrono::seconds request_timeout{60};

/// One connection, plain or with TLS on top; keeps itself alive while an operation of it is under way.
template <class Stream>
class AdminSession : public std::enable_shared_from_this<AdminSession<Stream>> {
 public:
  AdminSession(Stream stream, const server::ApiKeys& token, const AdminServer::Handler& handler)
      : stream_(std::move(stream)), token_(token), handler_(handler) {}

  void start() {
    if constexpr (secure) {
      wire().expires_after(request_timeout);
      stream_.async_handshake(asio::ssl::stream_base::server, [self = this->shared_from_this()](const beast::error_code& error) {
        if (!error) self->read();
      });
    } else {
      read();
    }
  }

 private:
  static constexpr bool secure = std::is_same_v<Stream, SecureStream>;

  PlainStream& wire() {
    if constexpr (secure)
      return stream_.next_layer();
    else
      return stream_;
  }

  void read() {
    parser_.emplace();
    parser_->body_limit(largest_body);
    wire().expires_after(request_timeout);
    http::async_read(stream_, buffer_, *parser_, [self = this->shared_from_this()](const beast::error_code& error, std::size_t) {
      if (!error) self->handle();
    });
  }

  void handle() {
    http::request<http::string_body> request = parser_->release();
    wire().expires_never();
    const bool keep_alive = request.keep_alive();
    const Respond respond = [self = this->shared_from_this(), keep_alive, answered = std::make_shared<bool>(false)](AdminReply reply) {
      if (!std::exchange(*answered, true)) self->write(std::move(reply), keep_alive);
    };
    const AdminRequest asked{std::string(request.method_string()), std::string(request.target()), std::move(request.body())};
    if (std::optional<AdminReply> page = web_page(asked)) {
      respond(std::move(*page));
      return;
    }
    Headers headers;
    headers.add("Authorization", std::string(request[http::field::authorization]));
    if (token_.required() && !token_.admits(headers, "")) {
      respond({401, boost::json::serialize(boost::json::object{{"error", "the admin API wants its token: Authorization: Bearer TOKEN"}})});
      return;
    }
    handler_(asked, respond);
  }

  void write(AdminReply reply, bool keep_alive) {
    auto response = std::make_shared<http::response<http::string_body>>(static_cast<http::status>(reply.status), 11);
    response->set(http::field::server, "patchbay");
    response->set(http::field::content_type, reply.content_type);
    response->set(http::field::cache_control, "no-store");
    for (const Header& header : reply.headers) response->set(header.name, header.value);
    response->body() = std::move(reply.body);
    response->keep_alive(keep_alive);
    response->prepare_payload();
    wire().expires_after(request_timeout);
    http::async_write(stream_, *response, [self = this->shared_from_this(), response](const beast::error_code& error, std::size_t) {
      if (error) return;
      if (response->keep_alive())
        self->read();
      else
        self->end();
    });
  }

  /// Says good-bye where the protocol has a word for it (close_notify).
  void end() {
    if constexpr (secure) stream_.async_shutdown([self = this->shared_from_this()](const beast::error_code&) {});
  }

  Stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  const server::ApiKeys& token_;
  const AdminServer::Handler& handler_;
};

/// A socket file that a process left behind is in the way; one that somebody listens on is not ours to take.
void clear_stale(const EndpointAddress& address) {
  struct stat status {};
  if (address.socket_path.empty() || lstat(address.socket_path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;
  asio::io_context io;
  Protocol::socket probe(io);
  boost::system::error_code refused;
  probe.connect(address.endpoint, refused);
  if (refused) unlink(address.socket_path.c_str());
}

std::string text_of(const Protocol::endpoint& bound, const std::string& socket_path, bool secure) {
  if (!socket_path.empty()) return "unix:" + socket_path;
  asio::ip::tcp::endpoint tcp;
  tcp.resize(bound.size());
  std::memcpy(tcp.data(), bound.data(), bound.size());
  const std::string host = tcp.address().is_v6() ? "[" + tcp.address().to_string() + "]" : tcp.address().to_string();
  return (secure ? "https://" : "http://") + host + ":" + std::to_string(tcp.port());
}

}  // namespace

std::string bind_objection(const config::AdminSettings& settings) {
  if (!parse_address(settings.listen).socket_path.empty() || !settings.token.empty()) return {};
  return "[admin] listen = \"" + settings.listen +
         "\" can be reached by every user of this machine; set [admin] token, or listen on unix:PATH";
}

AdminServer::AdminServer(asio::io_context& io, const config::AdminSettings& settings, Handler handler)
    : token_(settings.token.empty() ? std::vector<std::string>{} : std::vector<std::string>{settings.token}),
      handler_(std::move(handler)),
      tls_(server::make_tls_context(settings.tls, "admin.tls")),
      acceptor_(io),
      bound_(parse_address(settings.listen)) {
  if (const std::string objection = bind_objection(settings); !objection.empty()) throw std::runtime_error(objection);
  try {
    clear_stale(bound_);
    acceptor_.open(bound_.endpoint.protocol());
    if (bound_.socket_path.empty()) acceptor_.set_option(asio::socket_base::reuse_address(true));
    const mode_t before = umask(0177);
    boost::system::error_code failed;
    acceptor_.bind(bound_.endpoint, failed);
    umask(before);
    if (failed) throw boost::system::system_error(failed);
    acceptor_.listen();
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error("[admin] listen = \"" + settings.listen + "\": " + error.code().message() +
                             "; choose another address, or stop what uses it");
  }
  address_ = text_of(acceptor_.local_endpoint(), bound_.socket_path, tls_ != nullptr);
  accept();
}

AdminServer::~AdminServer() {
  if (!bound_.socket_path.empty()) unlink(bound_.socket_path.c_str());
}

void AdminServer::apply(const config::AdminSettings& settings) {
  if (!tls_ || settings.tls.certificate.empty()) return;  // whether there is TLS at all stays until a restart
  try {
    tls_ = server::make_tls_context(settings.tls, "admin.tls");
  } catch (const std::runtime_error& error) {
    spdlog::error("{}; the certificate that was in force stays", error.what());
  }
}

void AdminServer::serve(Protocol::socket socket) {
  PlainStream plain(std::move(socket));
  if (!tls_)
    std::make_shared<AdminSession<PlainStream>>(std::move(plain), token_, handler_)->start();
  else if (SSL* const session = SSL_new(tls_.get()))
    std::make_shared<AdminSession<SecureStream>>(SecureStream(std::move(plain), session), token_, handler_)->start();
}

void AdminServer::accept() {
  acceptor_.async_accept([this](const boost::system::error_code& error, Protocol::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) serve(std::move(socket));
    accept();
  });
}

}  // namespace patchbay::admin
