#pragma once

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace patchbay::monitoring {

/// A bounded queue with a thread of its own that takes what has collected, a little later and all together. Whoever pushes never waits:
/// what comes while the queue is full is dropped and counted. [thread-safe]
template <class Item>
class BatchWorker {
 public:
  struct Options {
    std::string name;                       ///< of the thread, at most 15 characters
    std::size_t limit = 1;                  ///< items that may wait
    std::chrono::milliseconds interval{0};  ///< from the first item of a batch to its turn
  };
  /// Called on the thread; must not throw.
  using Take = std::function<void(std::vector<Item>&&)>;

  BatchWorker(Options options, Take take) : options_(std::move(options)), take_(std::move(take)), thread_([this] { run(); }) {
    pthread_setname_np(thread_.native_handle(), options_.name.c_str());
  }
  /// What waits is still taken.
  ~BatchWorker() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  BatchWorker(const BatchWorker&) = delete;

  void push(Item item) {
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      if (items_.size() >= options_.limit) {
        ++dropped_;
        return;
      }
      first = items_.empty();
      items_.push_back(std::move(item));
    }
    if (first) changed_.notify_one();
  }

  [[nodiscard]] std::uint64_t dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return stopping_ || !items_.empty(); });
      if (items_.empty()) return;
      changed_.wait_for(lock, options_.interval, [this] { return stopping_; });
      std::vector<Item> batch = std::exchange(items_, {});
      lock.unlock();
      take_(std::move(batch));
      lock.lock();
    }
  }

  const Options options_;
  const Take take_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Item> items_;
  std::uint64_t dropped_ = 0;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace patchbay::monitoring
