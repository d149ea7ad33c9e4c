#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "control/control_plane.hpp"

namespace patchbay::control {

/// Runs changes one after the other on a thread of their own, because loading a plugin runs code that may take its time, or never return.
/// [control thread]
class ChangeQueue {
 public:
  using Change = std::function<Outcome(ControlPlane&)>;

  /// `io` is the control thread's; `plane` must outlive the queue.
  ChangeQueue(boost::asio::io_context& io, ControlPlane& plane);
  /// Waits for the change that runs; those that wait behind it are dropped. Never destroy a queue that is stuck.
  ~ChangeQueue();
  ChangeQueue(const ChangeQueue&) = delete;

  /// Runs a change and hands its outcome to `done` on the control thread. One that has not come back after `limit` is reported as failed;
  /// the host serves on as it was and takes no other change until it comes back, and then `done` is called once more.
  void run(std::string what, std::chrono::milliseconds limit, Change change, std::function<void(const Outcome&)> done);

  /// A change is overdue.
  [[nodiscard]] bool stuck() const { return !overdue_.empty(); }

 private:
  boost::asio::io_context& control_;
  ControlPlane& plane_;
  std::string overdue_;  // what has not come back in time
  boost::asio::io_context changes_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{changes_.get_executor()};
  std::thread thread_;
};

/// For who waits for one outcome: calls `done` with the first. An overdue change comes back later, and nobody waits for it then.
[[nodiscard]] std::function<void(const Outcome&)> first_only(std::function<void(const Outcome&)> done);

}  // namespace patchbay::control
