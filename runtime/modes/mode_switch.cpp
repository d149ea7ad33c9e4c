#include "modes/mode_switch.hpp"

#include <algorithm>
#include <utility>

#include "modes/shadow.hpp"
#include "pipeline/passing_client.hpp"

namespace patchbay::modes {

using std::chrono::microseconds;
using std::chrono::steady_clock;

static_assert(std::atomic<Decision>::is_always_lock_free);

/// One request of a gradual switch: passes everything on, and notes whether and how soon it was answered. A client that leaves says nothing
/// about an engine. [connection: one thread]
class ModeSwitch::WatchedConnection final : public pipeline::Connection, private pipeline::PassingClient {
 public:
  WatchedConnection(ModeSwitch& owner, Side side, pipeline::Client& client) : PassingClient(client), owner_(owner), side_(side) {}

  void begin(pipeline::Worker& worker, Request&& request) { inner_ = owner_.engine(side_).start(worker, std::move(request), *this); }

  void resume() override {
    if (inner_) inner_->resume();
  }

 private:
  void response(Response&& response) override {
    first_byte();
    client_.response(std::move(response));
    owner_.went(side_, false, first_byte_after_);
  }
  void event(Event&& event) override {
    first_byte();
    client_.event(std::move(event));
  }
  void end() override {
    first_byte();
    client_.end();
    owner_.went(side_, false, first_byte_after_);
  }
  void error(Error&& error) override {
    const bool left = error.kind == ErrorKind::cancelled;
    client_.error(std::move(error));
    if (!left) owner_.went(side_, true, first_byte_after_);
  }

  void first_byte() {
    if (std::exchange(heard_, true)) return;
    first_byte_after_ = std::chrono::duration_cast<microseconds>(steady_clock::now() - began_);
  }

  ModeSwitch& owner_;
  const Side side_;
  const steady_clock::time_point began_ = steady_clock::now();
  microseconds first_byte_after_{0};
  bool heard_ = false;
  std::unique_ptr<pipeline::Connection> inner_;
};

ModeSwitch::ModeSwitch(pipeline::Engine& v1, pipeline::Engine& v2, const config::GuardSettings& limits, std::string salt)
    : v1_(v1), v2_(v2), salt_(std::move(salt)), guard_(limits) {}

void ModeSwitch::decide(Mode mode, std::uint16_t share) {
  while (!decide(decision(), mode, share)) {
  }
}

bool ModeSwitch::decide(const Decision& expected, Mode mode, std::uint16_t share) {
  Decision seen = expected;
  return decision_.compare_exchange_strong(seen, {mode, share, expected.epoch + 1}, std::memory_order_acq_rel);
}

Side ModeSwitch::side_of(std::string_view caller, const Decision& decision) const {
  if (decision.mode != Mode::gradual) return decision.mode == Mode::v2 ? Side::v2 : Side::v1;
  return place_of(caller, salt_) < decision.share ? Side::v2 : Side::v1;
}

Side ModeSwitch::side_of(std::string_view caller) const { return side_of(caller, decision()); }

std::unique_ptr<pipeline::Connection> ModeSwitch::start(pipeline::Worker& worker, Request&& request, pipeline::Client& client) {
  const Decision decision = this->decision();
  switch (decision.mode) {
    case Mode::v1: return v1_.start(worker, std::move(request), client);
    case Mode::v2: return v2_.start(worker, std::move(request), client);
    case Mode::shadow:
      return shadow_ != nullptr ? shadow_->start(worker, std::move(request), client) : v1_.start(worker, std::move(request), client);
    case Mode::gradual: break;
  }
  auto watched = std::make_unique<WatchedConnection>(*this, side_of(client.caller(), decision), client);
  watched->begin(worker, std::move(request));
  return watched;
}

void ModeSwitch::went(Side side, bool failed, microseconds first_byte) {
  SideCounters& counters = counters_[static_cast<std::size_t>(side)];
  counters.requests.fetch_add(1, std::memory_order_relaxed);
  if (failed) counters.failures.fetch_add(1, std::memory_order_relaxed);
  const Decision now = this->decision();
  if (now.mode != Mode::gradual) return;  // taken back meanwhile
  std::string why = guard_.record(side, failed, first_byte, steady_clock::now());
  if (why.empty() || !decide(now, Mode::v1, 0)) return;
  if (told_) told_(std::move(why));
}

std::vector<pipeline::ModelEntry> ModeSwitch::models() const {
  const Mode mode = decision().mode;
  if (mode == Mode::v2) return v2_.models();
  std::vector<pipeline::ModelEntry> models = v1_.models();
  if (mode != Mode::gradual) return models;
  for (pipeline::ModelEntry& model : v2_.models()) {
    const auto known = std::find_if(models.begin(), models.end(), [&](const pipeline::ModelEntry& other) { return other.id == model.id; });
    if (known == models.end())
      models.push_back(std::move(model));
    else
      known->routes.insert(known->routes.end(), model.routes.begin(), model.routes.end());
  }
  return models;
}

std::string ModeSwitch::not_ready() const {
  const Mode mode = decision().mode;
  if (mode == Mode::v2) return v2_.not_ready();
  std::string why = v1_.not_ready();
  return why.empty() && mode == Mode::gradual ? v2_.not_ready() : why;
}

std::string ModeSwitch::health_json() const {
  const Decision now = decision();
  std::string health = R"({"mode":")" + std::string(name_of(now.mode)) + "\"";
  if (now.mode == Mode::gradual)
    health +=
        ",\"percentage\":" + std::to_string(now.share / 100) + "." + std::to_string(now.share / 10 % 10) + std::to_string(now.share % 10);
  const std::string inner = (now.mode == Mode::v1 ? v1_ : v2_).health_json();
  if (inner.size() > 2) health += ",";
  return health + inner.substr(1);
}

}  // namespace patchbay::modes
