#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

namespace boost::asio {
class io_context;
}

namespace patchbay::pipeline {

/// The places of a target, and the requests that wait for one: first come, first served, over all threads. Where nobody waits, a place
/// costs one atomic addition. [thread-safe]
class TargetQueue {
 public:
  /// Takes a place unless `limit` (0: none) are taken.
  [[nodiscard]] bool take_place(std::uint32_t limit);
  /// Gives a place back; whoever waits longest gets it.
  void leave_place();

  /// A place that nobody has yet; given back unless it is taken over.
  class Place {
   public:
    explicit Place(TargetQueue& queue) : queue_(&queue) {}
    Place(Place&& other) noexcept : queue_(other.queue_) { other.queue_ = nullptr; }
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (queue_ != nullptr) queue_->leave_place();
    }
    void take_over() { queue_ = nullptr; }

   private:
    TargetQueue* queue_;
  };

  /// One who waits; destroying it leaves the queue. [connection: one thread]
  class Ticket {
   public:
    ~Ticket();

   private:
    friend class TargetQueue;
    struct Waiter;
    Ticket(TargetQueue& queue, std::shared_ptr<Waiter> waiter) : queue_(queue), waiter_(std::move(waiter)) {}
    TargetQueue& queue_;
    const std::shared_ptr<Waiter> waiter_;
  };

  /// Waits for a place: `called` gets it, later, on `io`, where the ticket must be destroyed as well. `keep` is what keeps the queue
  /// alive. Null if `size` wait already.
  [[nodiscard]] std::unique_ptr<Ticket> join(boost::asio::io_context& io, std::uint32_t limit, std::uint32_t size,
                                             std::shared_ptr<const void> keep, std::function<void(Place)> called);

  [[nodiscard]] std::uint32_t taken() const { return taken_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint32_t waiting() const { return waiting_.load(std::memory_order_relaxed); }

 private:
  void serve();

  std::atomic<std::uint32_t> taken_{0};
  std::atomic<std::uint32_t> waiting_{0};
  std::mutex mutex_;
  std::list<std::shared_ptr<Ticket::Waiter>> waiters_;
  std::uint32_t limit_ = 0;  // of who joined last
};

}  // namespace patchbay::pipeline
