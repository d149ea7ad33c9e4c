#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "access/meter.hpp"
#include "access/prices.hpp"
#include "patchbay/message.hpp"
#include "state/state_thread.hpp"

namespace patchbay::access {

/// Why a request was not admitted. The names are those of the metrics.
enum class Denial : std::uint8_t { none, expired, model, route, price, requests, tokens, concurrency, budget, state };
inline constexpr std::size_t denials = 10;

[[nodiscard]] std::string_view name_of(Denial denial);

/// What a key has left, for the headers of a reply.
struct Remainder {
  Limit limit;
  std::int64_t remaining = 0;
  std::int64_t spent = 0;
  WallTime resets_at;
};

/// What became of a wish to be admitted.
struct Verdict {
  Denial denial = Denial::none;
  Limit limit;                                      ///< the one that denied it
  std::optional<std::chrono::seconds> retry_after;  ///< nothing: it makes no sense
  bool too_large = false;                           ///< it needs more than the limit is
  WallTime at;                                      ///< when it was decided
  std::vector<Remainder> remainders;                ///< of the limits by the minute
};

/// What an admitted request has reserved, and when: in the windows of that moment.
struct Reservation {
  Amounts amounts;
  WallTime at;
  std::uint64_t epoch = 0;  ///< of the meters
};

/// What was used under one name: its limits, whoever of the workers asks, and its numbers. [thread-safe]
class Account : public std::enable_shared_from_this<Account> {
 public:
  /// Called once, on whatever thread; the reservation is empty unless the verdict is good.
  using Decided = std::function<void(const Verdict&, Reservation&&)>;

  struct Numbers {
    std::atomic<std::uint64_t> admitted{0};
    std::array<std::atomic<std::uint64_t>, denials> denied{};
    std::atomic<std::uint64_t> input_tokens{0};
    std::atomic<std::uint64_t> cached_input_tokens{0};
    std::atomic<std::uint64_t> output_tokens{0};
    std::atomic<std::uint64_t> estimated_tokens{0};  ///< of both: nobody counted them
    std::atomic<std::uint64_t> cost{0};              ///< Money
  };

  /// `state` is null if there is none; it outlives the account. `open_on_failure`: requests pass while it is away.
  Account(std::string name, state::StateThread* state, bool open_on_failure);

  [[nodiscard]] const std::string& name() const { return name_; }
  /// From now on there is a state.
  void attach(state::StateThread* state);
  /// Limits that stay keep what was used of them.
  void set_limits(const std::vector<Limit>& limits);

  /// Decides at once if that is possible; `reservation` holds what was reserved. Nothing if the state has to be asked first: see `wait`.
  [[nodiscard]] std::optional<Verdict> admit(const Amounts& need, Reservation& reservation);
  /// Decides when the state has answered; at once, before this returns, if it has since `admit`.
  void wait(const Amounts& need, Decided decided);

  /// Reserves more, whether it is there or not.
  void extend(Reservation& reservation, const Amounts& more);
  /// The request has ended and has used that much: what was reserved and not used can be used by others; what was used beyond it is owed.
  void settle(const Reservation& reservation, const Amounts& used);

  /// Returns leases that nobody needed for a while, and tells the state what it has to know. Once a second. [state thread]
  void tick();
  /// Returns every lease and tells the state what it does not know yet. [state thread]
  void close();
  /// Calls `done` when what other hosts have used is known as well; at once if there is no state. [thread-safe]
  void refresh(std::function<void()> done);

  [[nodiscard]] std::vector<Remainder> remainders();
  [[nodiscard]] Numbers& numbers() { return numbers_; }
  [[nodiscard]] const Numbers& numbers() const { return numbers_; }

 private:
  struct Waiter {
    Amounts need;
    Decided decided;
  };
  struct Decision {
    Decided decided;
    Verdict verdict;
    Reservation reservation;
  };
  struct Question {
    std::size_t meter;
    bool late;
  };

  [[nodiscard]] std::optional<Verdict> decide(const Amounts& need, WallTime now, Reservation& reservation);
  [[nodiscard]] Verdict let_in(const Amounts& need, WallTime now, Reservation& reservation);
  [[nodiscard]] Verdict refuse(const Meter& meter, bool too_large, WallTime now) const;
  [[nodiscard]] std::vector<Remainder> minute_remainders() const;
  void roll(WallTime now);
  /// Asks the state for what is wanted, unless it is being asked; with `ahead` also for what will soon be wanted.
  void ask(bool ahead);
  void answered(std::uint64_t epoch, const std::vector<Question>& questions, const std::optional<std::vector<state::Grant>>& grants);
  void take_in(const std::vector<Question>& questions, const std::optional<std::vector<state::Grant>>& grants);
  [[nodiscard]] std::optional<Decision> decide_waiter(Waiter& waiter, WallTime now, bool state_is_there);
  void return_leases(bool last_words);

  const std::string name_;
  state::StateThread* state_;
  const bool open_on_failure_;
  Numbers numbers_;

  mutable std::mutex mutex_;
  std::vector<Meter> meters_;
  std::deque<Waiter> waiters_;
  std::vector<std::function<void()>> refreshed_;
  bool asking_ = false;
  bool ask_all_ = false;  // also of meters that want nothing
  bool used_lately_ = false;
  unsigned idle_ticks_ = 0;
  unsigned ticks_ = 0;
  std::uint64_t epoch_ = 0;  // of the meters: answers to questions about others are not for them
};

}  // namespace patchbay::access
