#include "plugins/reaper.hpp"

#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

namespace patchbay::plugins {

struct Reaper::Queue {
  void push(Leaving&& leaving) {
    const std::lock_guard lock(mutex);
    if (stopped) return;  // the caller's handle goes after the lock
    waiting.push_back(std::move(leaving));
    changed.notify_all();
  }

  void run() {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [&] { return stopped || !waiting.empty(); });
      if (waiting.empty()) return;
      std::vector<Leaving> leaving = std::exchange(waiting, {});
      busy = true;
      lock.unlock();
      leaving.clear();
      lock.lock();
      busy = false;
      changed.notify_all();
    }
  }

  void stop() {
    const std::lock_guard lock(mutex);
    stopped = true;
    changed.notify_all();
  }

  void settle() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return waiting.empty() && !busy; });
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Leaving> waiting;
  bool busy = false;
  bool stopped = false;
};

Reaper::Reaper() : queue_(std::make_shared<Queue>()), thread_([queue = queue_] { queue->run(); }) {}

Reaper::~Reaper() {
  queue_->stop();
  thread_.join();
}

void Reaper::push(Queue& queue, Leaving&& leaving) { queue.push(std::move(leaving)); }

void Reaper::settle() { queue_->settle(); }

}  // namespace patchbay::plugins
