#include "access/account.hpp"

#include <algorithm>
#include <cassert>

namespace patchbay::access {

namespace {

constexpr unsigned ticks_until_idle = 5;
constexpr unsigned ticks_between_signs_of_life = 5;

Denial denial_of(const Limit& limit) {
  if (limit.window != Window::minute && limit.resource != Resource::concurrency) return Denial::budget;
  switch (limit.resource) {
    case Resource::requests: return Denial::requests;
    case Resource::concurrency: return Denial::concurrency;
    case Resource::tokens:
    case Resource::cost: break;
  }
  return Denial::tokens;
}

WallTime now() { return std::chrono::system_clock::now(); }

}  // namespace

std::string_view name_of(Denial denial) {
  constexpr std::string_view names[denials] = {"none",     "expired", "model",       "route",  "price",
                                               "requests", "tokens",  "concurrency", "budget", "state"};
  return names[static_cast<std::size_t>(denial)];
}

Account::Account(std::string name, state::StateThread* state, bool open_on_failure)
    : name_(std::move(name)), state_(state), open_on_failure_(open_on_failure) {}

void Account::attach(state::StateThread* state) {
  const std::lock_guard lock(mutex_);
  state_ = state;
}

void Account::set_limits(const std::vector<Limit>& limits) {
  const std::lock_guard lock(mutex_);
  const auto counts_like = [](const Meter& meter, const Limit& limit) { return meter.limit().counts_like(limit); };
  if (std::equal(meters_.begin(), meters_.end(), limits.begin(), limits.end(), counts_like)) {
    for (std::size_t i = 0; i < limits.size(); ++i) meters_[i].change_limit(limits[i].amount);
    return;
  }
  std::vector<Meter> meters;
  for (const Limit& limit : limits) {
    const auto same = std::find_if(meters_.begin(), meters_.end(), [&](const Meter& meter) { return counts_like(meter, limit); });
    if (same == meters_.end()) {
      meters.emplace_back(name_, limit, now());
    } else {
      meters.push_back(*same);
      meters.back().change_limit(limit.amount);
      meters.back().unanswered();
    }
  }
  ++epoch_;
  asking_ = false;
  meters_ = std::move(meters);
  ask(false);
}

std::optional<Verdict> Account::admit(const Amounts& need, Reservation& reservation) {
  const std::lock_guard lock(mutex_);
  const WallTime time = now();  // under the lock: windows never go back because of who came late to it
  roll(time);
  used_lately_ = true;
  std::optional<Verdict> verdict = decide(need, time, reservation);
  if (verdict) ask(true);
  return verdict;
}

void Account::wait(const Amounts& need, Decided decided) {
  std::optional<Verdict> verdict;
  Reservation reservation;
  {
    const std::lock_guard lock(mutex_);
    const WallTime time = now();
    roll(time);
    verdict = decide(need, time, reservation);
    assert(verdict || state_ != nullptr);
    if (!verdict) waiters_.push_back({need, std::move(decided)});
    ask(true);
  }
  if (verdict) decided(*verdict, std::move(reservation));
}

std::optional<Verdict> Account::decide(const Amounts& need, WallTime now, Reservation& reservation) {
  bool waits = false;
  for (const Meter& meter : meters_) {
    const std::int64_t amount = need.of(meter.limit().resource);
    if (meter.has(amount)) continue;
    if (amount > meter.limit().amount) return refuse(meter, true, now);
    if (meter.exhausted(Meter::Clock::now())) return refuse(meter, false, now);
    waits = true;
  }
  return waits ? std::nullopt : std::optional(let_in(need, now, reservation));
}

Verdict Account::let_in(const Amounts& need, WallTime now, Reservation& reservation) {
  for (Meter& meter : meters_) meter.take(need.of(meter.limit().resource));
  reservation = {need, now, epoch_};
  Verdict verdict;
  verdict.at = now;
  verdict.remainders = minute_remainders();
  return verdict;
}

Verdict Account::refuse(const Meter& meter, bool too_large, WallTime now) const {
  Verdict verdict;
  verdict.at = now;
  verdict.limit = meter.limit();
  verdict.denial = denial_of(meter.limit());
  verdict.too_large = too_large;
  if (!too_large && meter.limit().resource == Resource::concurrency) {
    verdict.retry_after = std::chrono::seconds(1);
  } else if (!too_large && meter.limit().window != Window::total) {
    verdict.retry_after = std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(meter.ends() - now));
  }
  verdict.remainders = minute_remainders();
  return verdict;
}

void Account::extend(Reservation& reservation, const Amounts& more) {
  const std::lock_guard lock(mutex_);
  roll(now());
  for (Meter& meter : meters_) {
    if (meter.limit().resource == Resource::tokens) meter.take(more.tokens);
    if (meter.limit().resource == Resource::cost) meter.take(more.cost);
  }
  reservation.amounts.tokens += more.tokens;
  reservation.amounts.cost += more.cost;
  ask(true);
}

void Account::settle(const Reservation& reservation, const Amounts& used) {
  const std::lock_guard lock(mutex_);
  roll(now());
  for (Meter& meter : meters_) {
    const Resource resource = meter.limit().resource;
    if (resource == Resource::requests) continue;
    if (resource == Resource::concurrency) {
      meter.free_slot();
      continue;
    }
    // Of a window that is over nothing can be given back; what goes beyond the reservation is of the window in which it is known.
    const std::int64_t unused = reservation.amounts.of(resource) - used.of(resource);
    const bool same_window = reservation.epoch == epoch_ && meter.is_in_window(reservation.at);
    if (same_window || unused < 0) meter.give_back(unused);
  }
  ask(true);
}

void Account::roll(WallTime now) {
  for (Meter& meter : meters_) meter.roll(now);
}

void Account::ask(bool ahead) {
  if (state_ == nullptr || asking_) return;
  const auto may_want = [ahead](const Meter& meter) { return meter.may_want(ahead); };
  if (waiters_.empty() && !ask_all_ && std::none_of(meters_.begin(), meters_.end(), may_want)) return;
  const Meter::Clock::time_point clock = Meter::Clock::now();
  std::vector<state::Charge> charges;
  std::vector<Question> questions;
  for (std::size_t i = 0; i < meters_.size(); ++i) {
    Meter& meter = meters_[i];
    std::int64_t demand = 0;
    for (const Waiter& waiter : waiters_) demand += waiter.need.of(meter.limit().resource);
    if (meter.owes()) {
      charges.push_back(meter.late_charge());
      questions.push_back({i, true});
    }
    const bool wants = meter.wants(demand, ahead, clock);
    if (wants || (ask_all_ && meter.limit().stored)) {
      charges.push_back(meter.ask(demand, waiters_.empty() ? 0 : waiters_.front().need.of(meter.limit().resource), wants));
      questions.push_back({i, false});
    }
  }
  ask_all_ = false;
  if (charges.empty()) return;
  asking_ = true;
  state_->charge(std::move(charges), [self = shared_from_this(), epoch = epoch_, questions = std::move(questions)](const auto& grants) {
    self->answered(epoch, questions, grants);
  });
}

void Account::answered(std::uint64_t epoch, const std::vector<Question>& questions,
                       const std::optional<std::vector<state::Grant>>& grants) {
  std::vector<Decision> decisions;
  std::vector<std::function<void()>> refreshed;
  {
    const std::lock_guard lock(mutex_);
    if (epoch == epoch_) take_in(questions, grants);
    const WallTime time = now();
    roll(time);
    std::deque<Waiter> waiting;
    for (Waiter& waiter : waiters_) {
      if (std::optional<Decision> decision = decide_waiter(waiter, time, grants.has_value()))
        decisions.push_back(std::move(*decision));
      else
        waiting.push_back(std::move(waiter));
    }
    waiters_ = std::move(waiting);
    refreshed.swap(refreshed_);
    if (grants) ask(false);
  }
  for (Decision& decision : decisions) decision.decided(decision.verdict, std::move(decision.reservation));
  for (const auto& done : refreshed) done();
}

void Account::take_in(const std::vector<Question>& questions, const std::optional<std::vector<state::Grant>>& grants) {
  asking_ = false;
  const Meter::Clock::time_point clock = Meter::Clock::now();
  for (std::size_t i = 0; i < questions.size(); ++i) {
    Meter& meter = meters_[questions[i].meter];
    if (!questions[i].late)
      grants ? meter.answered((*grants)[i], clock) : meter.unanswered();
    else if (grants)
      meter.paid();
  }
}

std::optional<Account::Decision> Account::decide_waiter(Waiter& waiter, WallTime now, bool state_is_there) {
  Decision decision;
  if (state_is_there) {
    std::optional<Verdict> verdict = decide(waiter.need, now, decision.reservation);
    if (!verdict) return std::nullopt;
    decision.verdict = std::move(*verdict);
  } else if (open_on_failure_) {
    decision.verdict = let_in(waiter.need, now, decision.reservation);
  } else {
    decision.verdict.denial = Denial::state;
    decision.verdict.retry_after = std::chrono::seconds(1);
  }
  decision.decided = std::move(waiter.decided);
  return decision;
}

void Account::tick() {
  const std::lock_guard lock(mutex_);
  roll(now());
  idle_ticks_ = std::exchange(used_lately_, false) ? 0 : idle_ticks_ + 1;
  if (idle_ticks_ == ticks_until_idle) return_leases(false);
  for (Meter& meter : meters_) meter.keep_spare(idle_ticks_ == 0);
  const bool holds_slots = std::any_of(meters_.begin(), meters_.end(), [](const Meter& meter) {
    return meter.limit().resource == Resource::concurrency && meter.has_lease();
  });
  if (++ticks_ % ticks_between_signs_of_life == 0 && holds_slots) ask_all_ = true;
  ask(false);
}

void Account::close() {
  const std::lock_guard lock(mutex_);
  roll(now());
  return_leases(true);
}

/// Whether or not the state hears of it, the lease is not used any more: at worst it counts as spent.
void Account::return_leases(bool last_words) {
  if (state_ == nullptr) return;
  std::vector<state::Charge> charges;
  for (Meter& meter : meters_) {
    if (last_words && meter.owes()) charges.push_back(meter.late_charge());
    if (meter.has_lease() || (last_words && meter.wants(0, false, Meter::Clock::now()))) charges.push_back(meter.return_lease());
  }
  if (!charges.empty()) state_->charge(std::move(charges), [](const auto&) {});
}

void Account::refresh(std::function<void()> done) {
  {
    const std::lock_guard lock(mutex_);
    const bool stored = std::any_of(meters_.begin(), meters_.end(), [](const Meter& meter) { return meter.limit().stored; });
    if (state_ != nullptr && stored) {
      roll(now());
      refreshed_.push_back(std::move(done));
      ask_all_ = true;
      ask(false);
      return;
    }
  }
  done();
}

std::vector<Remainder> Account::minute_remainders() const {
  std::vector<Remainder> remainders;
  remainders.reserve(meters_.size());
  for (const Meter& meter : meters_)
    if (meter.limit().window == Window::minute && meter.limit().resource != Resource::concurrency)
      remainders.push_back({meter.limit(), meter.remaining(), meter.spent(), meter.ends()});
  return remainders;
}

std::vector<Remainder> Account::remainders() {
  const std::lock_guard lock(mutex_);
  roll(now());
  std::vector<Remainder> remainders;
  remainders.reserve(meters_.size());
  for (const Meter& meter : meters_) remainders.push_back({meter.limit(), meter.remaining(), meter.spent(), meter.ends()});
  return remainders;
}

}  // namespace patchbay::access
