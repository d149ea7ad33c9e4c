#include "state/state_thread.hpp"

#include <pthread.h>
#include <signal.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace patchbay::state {

namespace {

constexpr std::chrono::milliseconds shortest_pause{100};
constexpr std::chrono::milliseconds longest_pause{5'000};
constexpr std::chrono::seconds tick_interval{1};

}  // namespace

StateThread::StateThread(std::function<std::unique_ptr<Store>()> open, std::function<void()> tick)
    : open_(std::move(open)), tick_(std::move(tick)) {}

void StateThread::start(bool must_open) {
  try {
    store_ = open_();
  } catch (const StoreError& error) {
    if (must_open) throw;
    failed(error.what());
  }
  thread_ = std::thread([this] { loop(); });
  pthread_setname_np(thread_.native_handle(), "state");
}

void StateThread::charge(std::vector<Charge> charges, Charged done) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back({std::move(charges), std::move(done), {}});
  changed_.notify_one();
}

void StateThread::run(Job job) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back({{}, {}, std::move(job)});
  changed_.notify_one();
}

void StateThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void StateThread::loop() {
  sigset_t signals;
  sigfillset(&signals);  // signals are the control thread's business, and a broken connection is an error and no SIGPIPE
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  Clock::time_point next_tick = Clock::now() + tick_interval;
  for (;;) {
    std::vector<Item> items;
    bool last = false;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_until(lock, next_tick, [this] { return stopping_ || !waiting_.empty(); });
      items.swap(waiting_);
      last = stopping_ && items.empty();
    }
    work_off(items);
    if (last) return;
    if (Clock::now() >= next_tick) {
      next_tick = Clock::now() + tick_interval;
      tick_();
    }
  }
}

void StateThread::work_off(std::vector<Item>& items) {
  for (std::size_t at = 0; at < items.size();) {
    if (items[at].job) {
      const Job& job = items[at++].job;
      if (!with_store([&job](Store& store) { job(&store); })) job(nullptr);
      continue;
    }
    std::size_t end = at;
    while (end < items.size() && !items[end].job) ++end;
    work_off_charges(std::span(items).subspan(at, end - at));
    at = end;
  }
}

void StateThread::work_off_charges(std::span<Item> items) {
  std::vector<Charge> all;
  for (Item& item : items)
    all.insert(all.end(), std::make_move_iterator(item.charges.begin()), std::make_move_iterator(item.charges.end()));
  std::vector<Grant> grants;
  const bool done = with_store([&](Store& store) { grants = store.charge(all); });
  auto next = grants.begin();
  for (Item& item : items) {
    std::optional<std::vector<Grant>> own;
    if (done) {
      const auto end = next + static_cast<std::ptrdiff_t>(item.charges.size());
      own.emplace(next, end);
      next = end;
    }
    item.charged(own);
  }
}

bool StateThread::with_store(const std::function<void(Store&)>& what) {
  if (!ready()) return false;
  const Clock::time_point begin = Clock::now();
  numbers_.exchanges.fetch_add(1, std::memory_order_relaxed);
  bool done = false;
  try {
    what(*store_);
    done = true;
    pause_ = {};
  } catch (const StoreError& error) {
    failed(error.what());
  }
  const auto taken = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
  numbers_.microseconds.fetch_add(static_cast<std::uint64_t>(taken.count()), std::memory_order_relaxed);
  return done;
}

bool StateThread::ready() {
  if (store_) return true;
  if (Clock::now() < try_again_at_) return false;
  try {
    store_ = open_();
  } catch (const StoreError& error) {
    failed(error.what());
    return false;
  }
  numbers_.away.store(false, std::memory_order_relaxed);
  spdlog::warn("the state is back");
  return true;
}

void StateThread::failed(const char* why) {
  numbers_.failures.fetch_add(1, std::memory_order_relaxed);
  if (!numbers_.away.exchange(true, std::memory_order_relaxed))
    spdlog::error("{}; limits are held as [state] on_failure says until it is back", why);
  store_.reset();
  pause_ = std::clamp(pause_ * 2, shortest_pause, longest_pause);
  try_again_at_ = Clock::now() + pause_;
}

}  // namespace patchbay::state
