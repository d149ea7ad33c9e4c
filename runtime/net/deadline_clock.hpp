#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <functional>
#include <vector>

namespace patchbay::net {

class DeadlineClock;

/// A time-out that is armed and disarmed many times; each costs a few nanoseconds and no system call. Fires at most `DeadlineClock::tick`
/// late and never early. Disarmed by destruction. [connection: one thread]
class Deadline {
 public:
  Deadline(DeadlineClock& clock, std::function<void()> on_expiry) : clock_(clock), on_expiry_(std::move(on_expiry)) {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  /// (Re)arms: `on_expiry` is called once after `delay`. Zero or less disarms.
  void arm(std::chrono::milliseconds delay);
  void disarm() { hook_.unlink(); }
  [[nodiscard]] bool armed() const { return hook_.is_linked(); }

 private:
  friend class DeadlineClock;
  using Hook = boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

  DeadlineClock& clock_;
  std::function<void()> on_expiry_;
  std::uint64_t due_ = 0;  // in ticks
  Hook hook_;
};

/// A hashed timing wheel (Varghese and Lauck 1987) for the thousands of time-outs of one thread that almost never fire.
/// [connection: one thread]
class DeadlineClock {
 public:
  static constexpr std::chrono::milliseconds tick{20};

  explicit DeadlineClock(boost::asio::io_context& io);
  ~DeadlineClock();

 private:
  friend class Deadline;
  using Slot = boost::intrusive::list<Deadline, boost::intrusive::member_hook<Deadline, Deadline::Hook, &Deadline::hook_>,
                                      boost::intrusive::constant_time_size<false>>;

  void insert(Deadline& deadline, std::chrono::milliseconds delay);
  void wait();
  void advance();
  [[nodiscard]] std::uint64_t now_in_ticks() const;

  boost::asio::steady_timer timer_;
  std::chrono::steady_clock::time_point epoch_ = std::chrono::steady_clock::now();
  std::vector<Slot> slots_;
  std::uint64_t passed_ = 0;  // every slot up to here was looked at
  bool waiting_ = false;
};

}  // namespace patchbay::net
