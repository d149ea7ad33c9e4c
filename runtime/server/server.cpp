#include "server/server.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <sstream>

namespace patchbay::server {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

TlsContext tls_context(const config::ListenerTls& settings) {
  try {
    return make_tls_context(settings, "server.tls");
  } catch (const std::runtime_error& error) {
    throw BindError(error.what());
  }
}

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

/// With SO_REUSEPORT, so that each worker has a queue of its own and the kernel spreads connections over them.
tcp::acceptor listen_on(asio::io_context& io, const tcp::endpoint& endpoint) {
  tcp::acceptor acceptor(io, endpoint.protocol());
  acceptor.set_option(tcp::acceptor::reuse_address(true));
  acceptor.set_option(ReusePort(true));
  acceptor.bind(endpoint);
  acceptor.listen();
  return acceptor;
}

/// Another handle to a socket that listens already: its one queue serves whichever worker asks first.
tcp::acceptor adopt(asio::io_context& io, int socket) {
  const int own = fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (own < 0) throw boost::system::system_error(errno, boost::system::system_category());
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(own, reinterpret_cast<sockaddr*>(&address), &size);
  return {io, address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), own};
}

}  // namespace

Server::Server(const std::vector<pipeline::Worker*>& workers, pipeline::Engine& engine, const Onlookers& onlookers,
               access::Gatekeeper& gatekeeper, const config::ServerSettings& settings, std::optional<int> socket)
    : shutdown_timeout_(settings.shutdown_timeout), tls_(tls_context(settings.tls)) {
  const auto policy = std::make_shared<const Policy>(settings, tls_);
  const ListenAddress address = parse_listen(settings.listen);
  tcp::endpoint endpoint(asio::ip::make_address(address.host), address.port);
  try {
    // SO_REUSEPORT would let a second gateway share the port in silence: ask without it first.
    if (endpoint.port() != 0 && !socket) {
      asio::io_context probe_context;
      tcp::acceptor probe(probe_context);
      probe.open(endpoint.protocol());
      probe.set_option(tcp::acceptor::reuse_address(true));
      probe.bind(endpoint);
      probe.listen();
    }
    for (pipeline::Worker* worker : workers) {
      listeners_.push_back(std::make_unique<Listener>(*worker, engine, counters_, responses_, onlookers, gatekeeper,
                                                      socket ? adopt(worker->io, *socket) : listen_on(worker->io, endpoint), policy));
      endpoint = listeners_.front()->local_endpoint();  // the others share the port that the first one got
    }
  } catch (const boost::system::system_error& error) {
    std::string message = "cannot listen on " + settings.listen + ": " + error.code().message();
    if (error.code() == asio::error::address_in_use)
      message += "; another program has that port, stop it or set [server] listen to another one";
    if (error.code() == asio::error::access_denied) message += "; ports below 1024 need a privilege, take a higher one";
    throw BindError(message);
  }
  if (socket) close(*socket);
}

void Server::start() {
  for (const auto& listener : listeners_) asio::post(listener->worker().io, [&listener = *listener] { listener.start(); });
}

void Server::apply(const config::ServerSettings& settings) {
  shutdown_timeout_ = settings.shutdown_timeout;
  try {
    // Whether there is TLS at all is a matter of the address, which stays until a restart.
    if (tls_ && !settings.tls.certificate.empty()) tls_ = make_tls_context(settings.tls, "server.tls");
  } catch (const std::runtime_error& error) {
    spdlog::error("{}; the certificate that was in force stays", error.what());
  }
  const auto policy = std::make_shared<const Policy>(settings, tls_);
  for (const auto& listener : listeners_) asio::post(listener->worker().io, [&listener = *listener, policy] { listener.apply(policy); });
}

void Server::stop(std::function<void()> done) {
  const auto left = std::make_shared<std::atomic<std::size_t>>(listeners_.size());
  const auto all_done = std::make_shared<std::function<void()>>(std::move(done));
  for (const auto& listener : listeners_)
    asio::post(listener->worker().io, [&listener = *listener, left, all_done, timeout = shutdown_timeout_] {
      listener.stop(timeout, [left, all_done] {
        if (left->fetch_sub(1) == 1) (*all_done)();
      });
    });
}

std::string Server::address() const {
  std::ostringstream text;
  text << listeners_.front()->local_endpoint();
  return text.str();
}

}  // namespace patchbay::server
