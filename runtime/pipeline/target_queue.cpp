#include "pipeline/target_queue.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <utility>
#include <vector>

namespace patchbay::pipeline {

struct TargetQueue::Ticket::Waiter {
  boost::asio::io_context& io;
  std::shared_ptr<const void> keep;
  std::function<void(Place)> called;  // empty once it was called, or gave up; only its own thread touches it
};

namespace {

/// A place on its way to who waited for it. The place goes before what keeps its queue alive.
template <class Waiter>
struct Grant {
  std::shared_ptr<Waiter> waiter;
  TargetQueue::Place place;

  void operator()() {
    const auto called = std::exchange(waiter->called, nullptr);
    if (called) called(std::move(place));
  }
};

}  // namespace

bool TargetQueue::take_place(std::uint32_t limit) {
  if (limit == 0) {
    taken_.fetch_add(1, std::memory_order_relaxed);
    return true;
  }
  std::uint32_t taken = taken_.load(std::memory_order_seq_cst);
  while (taken < limit)
    if (taken_.compare_exchange_weak(taken, taken + 1, std::memory_order_seq_cst)) return true;
  return false;
}

void TargetQueue::leave_place() {
  // First free the place, then look for who waits: `join` makes itself seen first and looks for a place second, so one of the two sees
  // the other.
  taken_.fetch_sub(1, std::memory_order_seq_cst);
  if (waiting_.load(std::memory_order_seq_cst) != 0) serve();
}

std::unique_ptr<TargetQueue::Ticket> TargetQueue::join(boost::asio::io_context& io, std::uint32_t limit, std::uint32_t size,
                                                       std::shared_ptr<const void> keep, std::function<void(Place)> called) {
  auto waiter = std::make_shared<Ticket::Waiter>(Ticket::Waiter{io, std::move(keep), std::move(called)});
  {
    const std::lock_guard lock(mutex_);
    if (waiters_.size() >= size) return nullptr;
    limit_ = limit;
    waiters_.push_back(waiter);
    waiting_.fetch_add(1, std::memory_order_seq_cst);
  }
  std::unique_ptr<Ticket> ticket(new Ticket(*this, std::move(waiter)));
  serve();
  return ticket;
}

void TargetQueue::serve() {
  std::vector<std::shared_ptr<Ticket::Waiter>> next;
  {
    const std::lock_guard lock(mutex_);
    while (!waiters_.empty() && take_place(limit_)) {
      next.push_back(std::move(waiters_.front()));
      waiters_.pop_front();
      waiting_.fetch_sub(1, std::memory_order_seq_cst);
    }
  }
  for (std::shared_ptr<Ticket::Waiter>& waiter : next) {
    boost::asio::io_context& io = waiter->io;
    boost::asio::post(io, Grant<Ticket::Waiter>{std::move(waiter), Place(*this)});
  }
}

TargetQueue::Ticket::~Ticket() {
  waiter_->called = nullptr;
  const std::lock_guard lock(queue_.mutex_);
  const auto mine = std::find(queue_.waiters_.begin(), queue_.waiters_.end(), waiter_);
  if (mine == queue_.waiters_.end()) return;
  queue_.waiters_.erase(mine);
  queue_.waiting_.fetch_sub(1, std::memory_order_seq_cst);
}

}  // namespace patchbay::pipeline
