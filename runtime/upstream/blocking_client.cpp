#include "upstream/blocking_client.hpp"

#include <boost/asio/io_context.hpp>

#include "net/deadline_clock.hpp"
#include "upstream/make_client.hpp"

namespace patchbay::upstream {

namespace {

struct Waiter final : CallObserver {
  void head(int status, Headers&&) override { reply.status = status; }
  void data(std::string_view) override {}
  void complete() override { over = true; }
  void failed(Failure&& failure) override {
    reply = {0, std::move(failure.message)};
    over = true;
  }

  Reply reply;
  bool over = false;
};

}  // namespace

struct BlockingClient::Loop {
  explicit Loop(const config::UpstreamSettings& settings) : client(make_client(io, deadlines, settings)) {}

  boost::asio::io_context io{1};
  net::DeadlineClock deadlines{io};
  std::unique_ptr<Client> client;
};

BlockingClient::BlockingClient() : BlockingClient(config::UpstreamSettings{}) {}

BlockingClient::BlockingClient(const config::UpstreamSettings& settings) : loop_(std::make_unique<Loop>(settings)) {}

BlockingClient::~BlockingClient() = default;

Reply BlockingClient::call(HttpCall&& call, std::chrono::milliseconds timeout) {
  Waiter waiter;
  const config::Timeouts timeouts{.connect = timeout, .first_byte = timeout, .idle = timeout, .total = timeout};
  const std::unique_ptr<Call> active = loop_->client->start(std::move(call), timeouts, waiter);
  loop_->io.restart();
  while (!waiter.over && loop_->io.run_one() > 0) {
  }
  if (!waiter.over) waiter.reply = {0, "the call came to no end"};
  return waiter.reply;
}

}  // namespace patchbay::upstream
