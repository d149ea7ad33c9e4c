#include "hooks/hook_bus.hpp"

#include <pthread.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <optional>
#include <thread>

#include "hooks/built_in_hook.hpp"
#include "plugins/barrier.hpp"

namespace patchbay::hooks {

namespace {

constexpr std::size_t longest_queue = 4'096;
constexpr std::chrono::seconds longest_farewell{1};

struct Happening {
  Point point;
  std::chrono::system_clock::time_point time;
  boost::json::object data;
};

bool are_same(const Subscription& one, const Subscription& other) {
  if (one.id != other.id || one.points != other.points || one.identity != other.identity) return false;
  return !one.identity.empty() || (one.hook == other.hook && one.filter == other.filter);
}

}  // namespace

/// The queue and the thread of one subscription. The thread owns the lane as long as it runs, because a hook that never returns must not
/// hold up whoever lets go of the lane.
class HookBus::Lane : public std::enable_shared_from_this<Lane> {
 public:
  explicit Lane(Subscription subscription)
      : subscription_(std::move(subscription)), built_in_(dynamic_cast<const BuiltInHook*>(subscription_.hook.get())) {}

  void start() {
    std::thread thread([self = shared_from_this()] { self->run(); });
    pthread_setname_np(thread.native_handle(), "hook");
    thread.detach();
  }

  [[nodiscard]] const Subscription& subscription() const { return subscription_; }

  void push(const std::shared_ptr<const Happening>& happening) {
    if ((subscription_.points >> static_cast<unsigned>(happening->point) & 1) == 0) return;
    if (subscription_.filter && !subscription_.filter->takes(happening->data)) return;
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    if (queue_.size() >= longest_queue) {
      ++counters_.dropped;
      return;
    }
    queue_.push_back(happening);
    changed_.notify_all();
  }

  /// Delivers what is queued and ends, unless the hook takes too long.
  void stop() {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    if (!changed_.wait_for(lock, longest_farewell, [this] { return ended_; })) queue_.clear();
  }

  [[nodiscard]] LaneCounters counters() const {
    const std::lock_guard lock(mutex_);
    LaneCounters counters = counters_;
    counters.id = subscription_.id;
    return counters;
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    std::optional<std::chrono::milliseconds> settle_after;
    while (true) {
      const auto due = [this] { return stopping_ || !queue_.empty(); };
      if (settle_after)
        changed_.wait_for(lock, *settle_after, due);
      else
        changed_.wait(lock, due);
      if (queue_.empty() && stopping_) break;
      if (!queue_.empty()) deliver(lock);
      settle_after.reset();
      if (queue_.empty() && built_in_ != nullptr) settle_after = settle(lock);
    }
    lock.unlock();
    subscription_.hook.reset();  // before whoever waits for the end goes on to unload its plugin
    lock.lock();
    ended_ = true;
    changed_.notify_all();
  }

  void deliver(std::unique_lock<std::mutex>& lock) {
    const std::shared_ptr<const Happening> next = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    const auto thrown = plugins::barrier([&] { subscription_.hook->on({name_of(next->point), next->time, next->data}); });
    if (thrown && !failing_)
      spdlog::warn("hook {} failed at {}, and so perhaps the next times: {}", subscription_.id, name_of(next->point), *thrown);
    failing_ = thrown.has_value();
    count(lock, thrown.has_value());
  }

  /// One more event was given to the hook. What a built-in one has gathered may have been lost, or delivered, with it.
  void count(std::unique_lock<std::mutex>& lock, bool thrown) {
    ++given_;
    if (built_in_ != nullptr) return count_progress(lock);
    lock.lock();
    ++(thrown ? counters_.failed : counters_.delivered);
  }

  void count_progress(std::unique_lock<std::mutex>& lock) {
    const BuiltInHook::Progress progress = built_in_->progress();
    lock.lock();
    counters_.delivered = progress.delivered;
    counters_.failed = given_ - progress.delivered - progress.under_way;
  }

  std::optional<std::chrono::milliseconds> settle(std::unique_lock<std::mutex>& lock) {
    std::optional<std::chrono::milliseconds> again;
    lock.unlock();
    const auto thrown = plugins::barrier([&] { again = built_in_->settle(); });
    if (thrown && !failing_) spdlog::warn("hook {} failed, and so perhaps the next times: {}", subscription_.id, *thrown);
    failing_ = failing_ || thrown;
    count_progress(lock);
    return again;
  }

  Subscription subscription_;
  const BuiltInHook* const built_in_;  // the hook, if it is one of the host's own
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<const Happening>> queue_;
  LaneCounters counters_;
  std::uint64_t given_ = 0;  // events, to the hook; of the thread alone
  bool failing_ = false;     // it threw the last time; said once
  bool stopping_ = false;
  bool ended_ = false;
};

HookBus::HookBus() = default;

HookBus::~HookBus() { subscribe({}); }

void HookBus::subscribe(std::vector<Subscription> subscriptions) {
  std::vector<std::shared_ptr<Lane>> leaving;
  {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<Lane>> lanes;
    std::uint64_t wanted = 0;
    for (Subscription& subscription : subscriptions) {
      wanted |= subscription.points;
      const auto same = std::find_if(lanes_.begin(), lanes_.end(), [&](const std::shared_ptr<Lane>& lane) {
        return lane && are_same(lane->subscription(), subscription);
      });
      if (same != lanes_.end()) {
        lanes.push_back(std::move(*same));
      } else {
        lanes.push_back(std::make_shared<Lane>(std::move(subscription)));
        lanes.back()->start();
      }
    }
    leaving = std::exchange(lanes_, std::move(lanes));
    wanted_.store(wanted, std::memory_order_relaxed);
  }
  for (const std::shared_ptr<Lane>& lane : leaving)
    if (lane) lane->stop();
}

void HookBus::deliver(Point point, boost::json::object&& data) {
  const auto happening = std::make_shared<const Happening>(Happening{point, std::chrono::system_clock::now(), std::move(data)});
  const std::lock_guard lock(mutex_);
  for (const std::shared_ptr<Lane>& lane : lanes_) lane->push(happening);
}

std::vector<LaneCounters> HookBus::counters() const {
  const std::lock_guard lock(mutex_);
  std::vector<LaneCounters> all;
  for (const std::shared_ptr<Lane>& lane : lanes_) all.push_back(lane->counters());
  return all;
}

std::uint64_t points_of(const std::vector<std::string>& patterns, const std::function<bool(std::string_view)>& wants) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool named =
        std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) { return matches(pattern, points[i].name); });
    if (named && wants(points[i].name)) bits |= std::uint64_t{1} << i;
  }
  return bits;
}

}  // namespace patchbay::hooks
