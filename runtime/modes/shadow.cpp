#include "modes/shadow.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "modes/mode.hpp"
#include "modes/recorder.hpp"
#include "modes/replayer.hpp"
#include "net/deadline_clock.hpp"
#include "pipeline/passing_client.hpp"
#include "pipeline/request_copy.hpp"

namespace patchbay::modes {

/// V1's answer to one request, passed on and kept. [connection: one thread]
class Shadow::ShadowedConnection final : public pipeline::Connection, private pipeline::PassingClient {
 public:
  ShadowedConnection(Shadow& shadow, std::unique_ptr<ShadowExchange> exchange, pipeline::Worker& worker, pipeline::Client& client)
      : PassingClient(client),
        shadow_(shadow),
        exchange_(std::move(exchange)),
        recorder_(worker.upstream, exchange_),
        worker_{worker.io, worker.deadlines, recorder_.client()} {}
  ~ShadowedConnection() override {
    inner_.reset();
    if (recorder_.dropped())
      shadow_.report_.dropped(*recorder_.dropped());
    else if (exchange_)
      shadow_.report_.dropped(Dropped::client_left);
  }

  void begin(Request&& request) {
    if (recorder_.reserve(request.body.text().size())) {
      exchange_->request = pipeline::copy_of(request);
      exchange_->caller = client_.caller();
    }
    inner_ = shadow_.v1_.start(worker_, std::move(request), *this);
  }

  void resume() override {
    if (inner_) inner_->resume();
  }

 private:
  void routed(const pipeline::Patch& patch) override {
    if (exchange_) {
      exchange_->v1.route = patch.route;
      exchange_->v1.target = patch.target;
    }
    client_.routed(patch);
  }
  void response(Response&& response) override {
    const std::string_view text = response.body.text();
    if (recorder_.reserve(text.size())) exchange_->v1.response = text;
    client_.response(std::move(response));
    answered();
  }
  void event(Event&& event) override {
    const std::string_view text = event.data.text();
    if (recorder_.reserve(text.size() + event.name.size())) exchange_->v1.events.push_back({event.name, std::string(text)});
    client_.event(std::move(event));
  }
  void end() override {
    client_.end();
    answered();
  }
  void error(Error&& error) override {
    if (exchange_) exchange_->v1.error = error;
    client_.error(std::move(error));
    answered();
  }

  void answered() {
    if (!exchange_) return;
    exchange_->v1.complete = !exchange_->v1.error;
    shadow_.hand_over(std::move(exchange_));
  }

  Shadow& shadow_;
  std::unique_ptr<ShadowExchange> exchange_;  // null: dropped, or handed over
  Recorder recorder_;
  pipeline::Worker worker_;
  std::unique_ptr<pipeline::Connection> inner_;
};

/// V2's answer to one copy. [one thread: the shadow's]
class Shadow::Run {
 public:
  Run(Shadow& shadow, std::unique_ptr<ShadowExchange> exchange)
      : shadow_(shadow),
        exchange_(std::move(exchange)),
        replayer_(shadow.own_.io, exchange_->calls, exchange_->settings->upstream == "real" ? &shadow.own_.upstream : nullptr),
        worker_{shadow.own_.io, shadow.own_.deadlines, replayer_},
        client_(exchange_->caller),
        give_up_(shadow.own_.deadlines, [this] { finish(); }) {}

  void begin() {
    client_.on_finish([this] { finish(); });
    give_up_.arm(exchange_->settings->timeout);
    connection_ = shadow_.v2_.start(worker_, pipeline::copy_of(exchange_->request), client_);  // the report wants the original
  }

  [[nodiscard]] const ShadowExchange& exchange() const { return *exchange_; }
  [[nodiscard]] const Replayer& replayer() const { return replayer_; }
  [[nodiscard]] const SeenAnswer& seen() const { return client_.seen; }

 private:
  /// A connection may not be destroyed from within a call to its client.
  void finish() {
    if (std::exchange(finished_, true)) return;
    boost::asio::post(shadow_.own_.io, [this] { shadow_.ended(*this); });
  }

  Shadow& shadow_;
  std::unique_ptr<ShadowExchange> exchange_;
  Replayer replayer_;
  pipeline::Worker worker_;
  KeepingClient client_;
  net::Deadline give_up_;
  std::unique_ptr<pipeline::Connection> connection_;
  bool finished_ = false;
};

Shadow::Shadow(pipeline::Engine& v1, pipeline::Engine& v2, pipeline::Worker& own, const config::ShadowSettings& settings)
    : v1_(v1), v2_(v2), own_(own), settings_(std::make_shared<const config::ShadowSettings>(settings)) {}

Shadow::~Shadow() { stop(); }

void Shadow::stop() {
  running_.clear();
  waiting_.clear();
}

void Shadow::configure(const config::ShadowSettings& settings) {
  const std::lock_guard lock(mutex_);
  settings_ = std::make_shared<const config::ShadowSettings>(settings);
}

std::shared_ptr<const config::ShadowSettings> Shadow::settings() const {
  const std::lock_guard lock(mutex_);
  return settings_;
}

bool Shadow::is_chosen(const config::ShadowSettings& settings) {
  const std::uint64_t share = share_of(settings.percentage);
  const std::uint64_t number = requests_.fetch_add(1, std::memory_order_relaxed);
  return (number + 1) * share / whole > number * share / whole;  // evenly spread
}

std::unique_ptr<pipeline::Connection> Shadow::start(pipeline::Worker& worker, Request&& request, pipeline::Client& client) {
  std::shared_ptr<const config::ShadowSettings> settings = this->settings();
  if (!is_chosen(*settings)) return v1_.start(worker, std::move(request), client);
  auto connection =
      std::make_unique<ShadowedConnection>(*this, std::make_unique<ShadowExchange>(room_, std::move(settings)), worker, client);
  connection->begin(std::move(request));
  return connection;
}

void Shadow::hand_over(std::unique_ptr<ShadowExchange> exchange) {
  const std::uint32_t limit = exchange->settings->max_waiting + exchange->settings->max_running;
  if (waiting_count_.fetch_add(1, std::memory_order_relaxed) >= limit) {
    waiting_count_.fetch_sub(1, std::memory_order_relaxed);
    report_.dropped(Dropped::queue_full);
    return;
  }
  boost::asio::post(own_.io, [this, exchange = std::move(exchange)]() mutable {
    waiting_.push_back(std::move(exchange));
    run_next();
  });
}

void Shadow::run_next() {
  while (!waiting_.empty() && running_.size() < waiting_.front()->settings->max_running) {
    running_.emplace_back(*this, std::move(waiting_.front()));
    waiting_.pop_front();
    running_.back().begin();
  }
}

void Shadow::ended(Run& run) {
  compare(run);
  waiting_count_.fetch_sub(1, std::memory_order_relaxed);
  running_.remove_if([&run](const Run& one) { return &one == &run; });
  run_next();
}

void Shadow::compare(const Run& run) {
  const ShadowExchange& exchange = run.exchange();
  if (!run.seen().finished()) return report_.dropped(Dropped::unfinished);
  const Ignored ignored(exchange.settings->ignore);
  Comparison comparison(ignored, exchange.settings->upstream == "real" ? Comparison::What::shapes : Comparison::What::values);
  compare_calls(run.replayer(), comparison);
  comparison.answers(exchange.v1, run.seen());
  if (comparison.equal()) return report_.equal();
  report_.different(comparison.differences(), sample_of(exchange, run.replayer(), run.seen(), comparison), exchange.settings->samples);
}

}  // namespace patchbay::modes
