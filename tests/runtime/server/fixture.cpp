#include "fixture.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <charconv>
#include <future>

namespace patchbay::server::testing {

namespace {

constexpr auto patience = std::chrono::seconds(10);

}  // namespace

class FakeEngine::FakeConnection final : public pipeline::Connection {
 public:
  FakeConnection(FakeEngine& engine, std::shared_ptr<Exchange> exchange) : engine_(engine), exchange_(std::move(exchange)) {}
  ~FakeConnection() override {
    engine_.change([&] { exchange_->destroyed = true; });
  }
  void resume() override {
    engine_.change([&] { ++exchange_->resumed; });
  }

 private:
  FakeEngine& engine_;
  std::shared_ptr<Exchange> exchange_;
};

void FakeEngine::change(const std::function<void()>& what) {
  const std::lock_guard lock(mutex_);
  what();
  changed_.notify_all();
}

std::unique_ptr<pipeline::Connection> FakeEngine::start(pipeline::Worker&, Request&& request, pipeline::Client& client) {
  auto exchange = std::make_shared<Exchange>();
  exchange->request = std::move(request);
  exchange->client = &client;
  change([&] { exchanges_.push_back(exchange); });
  if (on_start) on_start(client);
  return std::make_unique<FakeConnection>(*this, exchange);
}

bool FakeEngine::wait_for(std::size_t requests) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return exchanges_.size() >= requests; });
}

bool FakeEngine::wait_until(std::size_t exchange, const std::function<bool(const Exchange&)>& holds) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return exchanges_.size() > exchange && holds(*exchanges_[exchange]); });
}

Socket::Socket(std::uint16_t port, int receive_buffer) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (receive_buffer > 0) setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
}

void Socket::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

bool Socket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool Socket::fill() {
  pollfd ready{socket_, POLLIN, 0};
  if (ended_ || poll(&ready, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) <= 0) return false;
  char buffer[65536];
  const ssize_t count = recv(socket_, buffer, sizeof buffer, 0);
  if (count <= 0) {
    ended_ = true;
    return false;
  }
  read_.append(buffer, static_cast<std::size_t>(count));
  return true;
}

std::string Socket::read_until(std::string_view mark) {
  std::size_t at = read_.find(mark);
  while (at == std::string::npos) {
    const std::size_t seen = read_.size() < mark.size() ? 0 : read_.size() - mark.size() + 1;
    if (!fill()) return std::exchange(read_, {});
    at = read_.find(mark, seen);
  }
  const std::size_t end = at + mark.size();
  std::string taken = read_.substr(0, end);
  read_.erase(0, end);
  return taken;
}

std::string Socket::response() {
  std::string head = read_until("\r\n\r\n");
  const std::string name = "Content-Length: ";
  const std::size_t at = head.find(name);
  if (at == std::string::npos) return head;
  std::size_t length = 0;
  std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length);
  while (read_.size() < length && fill()) {
  }
  head += read_.substr(0, length);
  read_.erase(0, length);
  return head;
}

std::string Socket::rest() {
  while (fill()) {
  }
  return std::exchange(read_, {});
}

bool Socket::closed() {
  rest();
  return ended_;
}

void ServerTest::start() {
  gatekeeper.emplace(access_tables);
  server.emplace(std::vector<pipeline::Worker*>{&worker}, engine, Onlookers{hooks, telemetry, metrics_on_server ? &page : nullptr},
                 *gatekeeper, settings);
  thread = std::thread([this] { io.run(); });
  server->start();
}

void ServerTest::stop() {
  if (!thread.joinable()) return;
  work.reset();
  io.stop();
  thread.join();
}

void ServerTest::on_worker(const std::function<void()>& what) {
  std::promise<void> done;
  boost::asio::post(io, [&] {
    what();
    done.set_value();
  });
  done.get_future().wait();
}

void ServerTest::with_client(const std::function<void(pipeline::Client&)>& what, std::size_t exchange) {
  ASSERT_TRUE(engine.wait_for(exchange + 1));
  on_worker([&] { what(*engine.at(exchange).client); });
}

std::uint16_t ServerTest::port() const {
  const std::string address = server->address();
  std::uint16_t port = 0;
  std::from_chars(address.data() + address.rfind(':') + 1, address.data() + address.size(), port);
  return port;
}

std::string ServerTest::exchange(std::string_view request) {
  Socket socket(port());
  socket.send(request);
  return socket.response();
}

std::string ServerTest::post(std::string_view body, std::string_view headers, std::string_view path) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace patchbay::server::testing
