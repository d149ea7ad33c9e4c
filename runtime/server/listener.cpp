#include "server/listener.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>

namespace patchbay::server {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::chrono::milliseconds out_of_descriptors_pause{100};
/// What one connection too many gets.
std::string full() {
  const std::string_view body =
      R"({"error":{"message":"the gateway has no connection left","type":"server_error","param":null,"code":"too_many_connections"}})";
  return "HTTP/1.1 503 Service Unavailable\r\nServer: patchbay\r\nConnection: close\r\nRetry-After: 1\r\nContent-Type: application/json\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace

Listener::Listener(pipeline::Worker& worker, pipeline::Engine& engine, Counters& counters, ResponseStore& responses, const Onlookers& onlookers,
                   access::Gatekeeper& gatekeeper, tcp::acceptor acceptor, std::shared_ptr<const Policy> policy)
    : worker_(worker),
      engine_(engine),
      counters_(counters),
      responses_(responses),
      onlookers_(onlookers),
      metrics_(onlookers.telemetry.metrics().add_shard()),
      gatekeeper_(gatekeeper),
      policy_(std::move(policy)),
      acceptor_(std::move(acceptor)),
      pause_(worker.io),
      cut_off_(worker.deadlines, [this] {
        for (auto it = sessions_.begin(); it != sessions_.end();) (it++)->close();  // each is gone when its last operation has ended
      }) {}

Listener::~Listener() {
  while (!sessions_.empty()) sessions_.front().orphan();
}

void Listener::accept() {
  acceptor_.async_accept([this](const boost::system::error_code& error, tcp::socket socket) {
    if (stopping_ || error == asio::error::operation_aborted) return;
    if (!error) {
      take(std::move(socket));
      accept();
      return;
    }
    // Aborted by the client, or no descriptor left: the next try may do, a little later.
    pause_.expires_after(out_of_descriptors_pause);
    pause_.async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled && !stopping_) accept();
    });
  });
}

void Listener::take(tcp::socket socket) {
  counters_.accepted.fetch_add(1, std::memory_order_relaxed);
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  if (counters_.open.fetch_add(1, std::memory_order_relaxed) >= policy_->settings.max_connections) {
    counters_.open.fetch_sub(1, std::memory_order_relaxed);
    counters_.turned_away.fetch_add(1, std::memory_order_relaxed);
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(full()), ignored);
    return;
  }
  const auto session = std::make_shared<Session>(*this, std::move(socket));
  sessions_.push_back(*session);
  session->start();
}

void Listener::stop(std::chrono::milliseconds timeout, std::function<void()> done) {
  stopping_ = true;
  stopped_ = std::move(done);
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
  for (auto it = sessions_.begin(); it != sessions_.end();) (it++)->close_when_idle();
  cut_off_.arm(timeout);
  session_ended();
}

void Listener::session_ended() {
  if (!stopping_ || !sessions_.empty() || !stopped_) return;
  cut_off_.disarm();
  const std::function<void()> done = std::move(stopped_);
  stopped_ = nullptr;
  done();
}

}  // namespace patchbay::server
