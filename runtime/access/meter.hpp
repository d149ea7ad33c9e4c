#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "access/window.hpp"
#include "state/store.hpp"

namespace patchbay::access {

/// What is limited.
enum class Resource : std::uint8_t { requests, tokens, cost, concurrency };

[[nodiscard]] std::string_view name_of(Resource resource);

/// One limit. `stored`: what was used of it is in the state, and leased from there; otherwise this process counts alone.
struct Limit {
  Resource resource = Resource::requests;
  Window window = Window::minute;
  std::int64_t amount = 0;
  bool stored = false;

  /// Whether it is the same but for the amount.
  [[nodiscard]] bool counts_like(const Limit& other) const {
    return resource == other.resource && window == other.window && stored == other.stored;
  }
};

/// Amounts of every resource: what a request needs, or has reserved.
struct Amounts {
  std::int64_t tokens = 0;
  std::int64_t cost = 0;  ///< Money

  [[nodiscard]] std::int64_t of(Resource resource) const;
};

/// What is left of one limit in its current window, as far as this process knows: a lease from the state, or, without a state, all of it.
///
///     available   leased, and not reserved by a request; negative: spent beyond the lease, and to be charged
///     used        what the state said last: spent and leased, by every host
///
/// Guarded by the account that has it.
class Meter {
 public:
  using Clock = std::chrono::steady_clock;

  Meter(std::string account, const Limit& limit, WallTime now);

  [[nodiscard]] const Limit& limit() const { return limit_; }
  void change_limit(std::int64_t amount);

  /// Goes to the window of now, if that is another one. What was spent beyond the old one's lease stays owed to it.
  void roll(WallTime now) {
    if (!is_in_window(now) && !is_slots()) change_window(now);
  }
  /// Whether that moment is in the current window.
  [[nodiscard]] bool is_in_window(WallTime time) const { return time >= begins_ && time < ends_; }
  /// When the current window ends.
  [[nodiscard]] WallTime ends() const { return ends_; }

  [[nodiscard]] bool has(std::int64_t amount) const { return amount <= available_; }
  void take(std::int64_t amount) { available_ -= amount; }
  void give_back(std::int64_t amount) { available_ += amount; }
  /// Of concurrency, also if the slot was taken before there was this limit.
  void free_slot();

  /// Whether it makes no sense to ask for more: there is no state to ask, or it has just said that nothing is left.
  [[nodiscard]] bool exhausted(Clock::time_point now) const { return !limit_.stored || now < exhausted_until_; }

  /// Whether slots that are free may be kept for the next requests: there were some lately.
  void keep_spare(bool busy) { busy_ = busy; }

  /// What is left in this window for everybody, as far as is known; never negative.
  [[nodiscard]] std::int64_t remaining() const;
  /// Spent or reserved, as far as is known.
  [[nodiscard]] std::int64_t spent() const { return limit_.amount - remaining(); }

  /// Whether there is something to tell the state, or requests wait for more than is leased (`demand`), or, with `ahead`, the lease is
  /// getting short. Slots that nobody here waits for are not kept, because another host may; but for a few as long as there are many.
  [[nodiscard]] bool wants(std::int64_t demand, bool ahead, Clock::time_point now) const;
  /// False if it surely wants nothing as long as no request waits; quicker to tell.
  [[nodiscard]] bool may_want(bool ahead) const {
    return limit_.stored && (owes() || is_slots() || available_ < (ahead ? block() / 2 : 0));
  }
  /// What to tell it; `answered` must follow before the next one. `need`: what the first that waits needs. Without `more` nothing is
  /// leased.
  [[nodiscard]] state::Charge ask(std::int64_t demand, std::int64_t need, bool more);
  void answered(const state::Grant& grant, Clock::time_point now);
  /// The state was away: all is as before.
  void unanswered();

  /// Whether something is owed to a window that is over, what to tell the state of it, and that it was told.
  [[nodiscard]] bool owes() const { return owed_ > 0; }
  [[nodiscard]] state::Charge late_charge();
  void paid() { owed_ -= asked_owed_; }

  /// Gives the lease back, or says what was spent beyond it.
  [[nodiscard]] bool has_lease() const { return limit_.stored && (limit_.resource == Resource::concurrency ? held_ > 0 : available_ > 0); }
  [[nodiscard]] state::Charge return_lease();

 private:
  [[nodiscard]] bool is_slots() const { return limit_.resource == Resource::concurrency; }
  void change_window(WallTime now);
  /// Nothing of it is used yet, as far as this process knows.
  void enter_window(WallTime now);
  void owe(std::int64_t debt);
  /// So many slots are not ours any more, whether or not the state hears of it.
  void let_go(std::int64_t slots);
  static constexpr std::int64_t leases_per_limit = 32;
  /// What a lease is at most, if no request needs more.
  [[nodiscard]] std::int64_t block() const { return limit_.amount / leases_per_limit; }
  /// How much may be held that nobody asked for.
  [[nodiscard]] std::int64_t spare() const;
  [[nodiscard]] std::string counter(std::int64_t window) const;
  [[nodiscard]] state::Charge empty_charge(std::int64_t window) const;

  const std::string account_;
  Limit limit_;
  std::int64_t window_ = 0;
  WallTime begins_;
  WallTime ends_;
  std::int64_t available_ = 0;
  std::int64_t used_ = 0;
  std::int64_t held_ = 0;        // slots: all that the state has given us
  std::int64_t asked_must_ = 0;  // of a question that is not answered
  std::int64_t asked_need_ = 0;
  std::int64_t asked_window_ = 0;
  std::int64_t owed_ = 0;
  std::int64_t asked_owed_ = 0;
  std::int64_t owed_window_ = 0;
  bool busy_ = true;
  Clock::time_point exhausted_until_{};
};

}  // namespace patchbay::access
