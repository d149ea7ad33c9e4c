#include "pipeline/warmup_manager.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/json/array.hpp>
#include <utility>

#include "plugins/barrier.hpp"

namespace patchbay::pipeline {

namespace json = boost::json;
using std::chrono::microseconds;
using std::chrono::steady_clock;

namespace {

microseconds since(steady_clock::time_point began) { return std::chrono::duration_cast<microseconds>(steady_clock::now() - began); }

double milliseconds_of(microseconds time) { return static_cast<double>(time.count()) / 1'000.0; }

}  // namespace

std::size_t WarmupReport::ready() const {
  return static_cast<std::size_t>(std::count_if(done.begin(), done.end(), [](const Warmed& one) { return one.failure.empty(); }));
}

WarmupManager::~WarmupManager() {
  {
    const std::lock_guard lock(mutex_);
    ++turn_;  // what goes on is given up
  }
  thread_.join();
}

void WarmupManager::begin(WarmupPlan plan) {
  std::vector<Held> leaving;  // destroyed after the lock is gone
  const std::lock_guard lock(mutex_);
  ++turn_;
  report_ = {.generation = plan.generation, .running = true, .wanted = plan.items.size() + plan.impossible.size()};
  for (auto& [name, why] : plan.impossible) report_.done.push_back({name, {}, Importance::optional, {}, why});
  failed_.clear();
  for (Held& held : std::exchange(held_, {})) {
    const bool stays = std::any_of(plan.items.begin(), plan.items.end(),
                                   [&](const WarmupItem& item) { return item.stays && item.instance == held.instance; });
    (stays ? held_ : leaving).push_back(std::move(held));
  }
  boost::asio::post(thread_, [this, turn = turn_, items = std::move(plan.items)] { run(turn, items); });
}

void WarmupManager::retry() {
  const std::lock_guard lock(mutex_);
  if (report_.running || failed_.empty()) return;
  report_.running = true;
  std::erase_if(report_.done, [&](const Warmed& one) {
    return !one.failure.empty() &&
           std::any_of(failed_.begin(), failed_.end(), [&](const WarmupItem& item) { return item.name == one.name; });
  });
  boost::asio::post(thread_, [this, turn = turn_, items = std::exchange(failed_, {})] { run(turn, items); });
}

bool WarmupManager::is_current(std::uint64_t turn) const {
  const std::lock_guard lock(mutex_);
  return turn == turn_;
}

void WarmupManager::run(std::uint64_t turn, const std::vector<WarmupItem>& items) {
  const steady_clock::time_point began = steady_clock::now();
  for (const WarmupItem& item : items) {
    if (!is_current(turn)) return;
    const steady_clock::time_point one_began = steady_clock::now();
    Warmed warmed{item.name, item.instance->key().type, importance_of(item.instance->kind()), {}, {}};
    warmed.failure = plugins::barrier([&] { (void)item.instance->make(); }).value_or(std::string());
    warmed.took = since(one_began);
    if (!warmed.failure.empty()) spdlog::warn("warm-up: {} ({}): {}", warmed.name, warmed.type, warmed.failure);

    const std::lock_guard lock(mutex_);
    if (turn != turn_) return;  // another plan is in force
    if (!warmed.failure.empty())
      failed_.push_back(item);
    else if (item.stays && std::none_of(held_.begin(), held_.end(), [&](const Held& held) { return held.instance == item.instance; }))
      held_.push_back({item.instance, item.instance->use()});
    report_.done.push_back(std::move(warmed));
  }
  finish(turn, since(began));
}

void WarmupManager::finish(std::uint64_t turn, microseconds took) {
  {
    const std::lock_guard lock(mutex_);
    if (turn != turn_) return;
    report_.running = false;
    report_.took += took;
    spdlog::info("warm-up: {} of {} instances are ready after {:.1f} ms", report_.ready(), report_.wanted, milliseconds_of(report_.took));
  }
  if (through_) through_();
}

WarmupReport WarmupManager::report() const {
  const std::lock_guard lock(mutex_);
  return report_;
}

std::string WarmupManager::not_ready() const {
  const std::lock_guard lock(mutex_);
  if (report_.running)
    return "warming up: " + std::to_string(report_.ready()) + " of " + std::to_string(report_.wanted) + " instances are ready";
  for (const Warmed& one : report_.done)
    if (!one.failure.empty() && !one.recoverable()) return "warm-up: " + one.name + " (" + one.type + ") could not be made: " + one.failure;
  return {};
}

json::object describe(const WarmupReport& report) {
  json::array modules;
  for (const Warmed& one : report.done) {
    json::object shown{{"name", one.name},
                       {"type", one.type},
                       {"importance", name_of(one.importance)},
                       {"ready", one.failure.empty()},
                       {"duration_ms", milliseconds_of(one.took)}};
    if (!one.failure.empty()) {
      shown["error"] = one.failure;
      shown["recoverable"] = one.recoverable();
    }
    modules.push_back(std::move(shown));
  }
  return {{"generation", report.generation}, {"running", report.running}, {"wanted", report.wanted},
          {"ready", report.ready()},         {"failed", report.failed()}, {"duration_ms", milliseconds_of(report.took)},
          {"modules", std::move(modules)}};
}

}  // namespace patchbay::pipeline
