#include "access/meter.hpp"

#include <algorithm>

namespace patchbay::access {

namespace {

constexpr std::chrono::seconds exhausted_for{1};    // then other hosts may have given something back
constexpr std::chrono::milliseconds full_for{100};  // the same of slots, which come back with every request that ends

}  // namespace

std::string_view name_of(Resource resource) {
  switch (resource) {
    case Resource::requests: return "requests";
    case Resource::tokens: return "tokens";
    case Resource::cost: return "cost";
    case Resource::concurrency: return "concurrency";
  }
  return "unknown";
}

std::int64_t Amounts::of(Resource resource) const {
  switch (resource) {
    case Resource::tokens: return tokens;
    case Resource::cost: return cost;
    case Resource::requests:
    case Resource::concurrency: break;
  }
  return 1;
}

Meter::Meter(std::string account, const Limit& limit, WallTime now) : account_(std::move(account)), limit_(limit) { enter_window(now); }

void Meter::change_limit(std::int64_t amount) {
  if (amount == limit_.amount) return;
  if (!limit_.stored) {
    available_ += amount - limit_.amount;
    used_ = amount;
  }
  limit_.amount = amount;
  exhausted_until_ = {};
}

void Meter::change_window(WallTime now) {
  if (limit_.stored) owe(-available_ - asked_must_);
  enter_window(now);
  exhausted_until_ = {};
}

void Meter::enter_window(WallTime now) {
  window_ = window_at(limit_.window, now);
  begins_ = window_start(limit_.window, now);
  ends_ = window_end(limit_.window, now);
  available_ = used_ = limit_.stored ? 0 : limit_.amount;
}

void Meter::owe(std::int64_t debt) {
  if (debt <= 0) return;
  owed_ += debt;  // should an older debt be unpaid still, it goes to the same window: nothing is lost
  owed_window_ = window_;
}

void Meter::unanswered() {
  if (asked_window_ != window_) owe(asked_must_);
  asked_must_ = 0;
}

void Meter::free_slot() {
  const std::int64_t ours = limit_.stored ? held_ : limit_.amount;
  if (available_ < ours) ++available_;
  exhausted_until_ = {};
}

std::int64_t Meter::remaining() const { return std::clamp<std::int64_t>(limit_.amount - used_ + available_, 0, limit_.amount); }

std::int64_t Meter::spare() const {
  if (!is_slots()) return block();
  return busy_ && used_ <= limit_.amount / 2 ? block() : 0;
}

bool Meter::wants(std::int64_t demand, bool ahead, Clock::time_point now) const {
  if (!limit_.stored) return false;
  if (is_slots()) return available_ > demand + spare() || (demand > std::max<std::int64_t>(available_, 0) && now >= exhausted_until_);
  if (available_ < 0) return true;
  if (now < exhausted_until_) return false;
  return demand > available_ || (ahead && available_ < block() / 2);
}

std::string Meter::counter(std::int64_t window) const {
  return account_ + "/" + std::string(name_of(limit_.resource)) + (is_slots() ? "" : "/" + window_name(limit_.window, window));
}

state::Charge Meter::empty_charge(std::int64_t window) const {
  state::Charge charge;
  charge.counter = counter(window);
  charge.kind = is_slots() ? state::Charge::Kind::slots : state::Charge::Kind::sum;
  charge.limit = limit_.amount;
  charge.keep = window_kept(limit_.window);
  return charge;
}

state::Charge Meter::ask(std::int64_t demand, std::int64_t need, bool more) {
  state::Charge charge = empty_charge(window_);
  if (is_slots()) let_go(available_ - demand - spare());
  const std::int64_t at_hand = std::max<std::int64_t>(available_, 0);
  charge.must = is_slots() ? held_ : std::max<std::int64_t>(-available_, 0);
  charge.want = more ? std::max<std::int64_t>(demand + spare() - at_hand, 0) : 0;
  charge.need = std::max<std::int64_t>(need - at_hand, 0);
  asked_must_ = is_slots() ? 0 : charge.must;
  asked_need_ = charge.need;
  asked_window_ = window_;
  return charge;
}

void Meter::answered(const state::Grant& grant, Clock::time_point now) {
  const std::int64_t charged = std::exchange(asked_must_, 0);
  if (asked_window_ != window_) return;  // what that window had is over
  available_ += charged + grant.granted;
  if (is_slots()) held_ += grant.granted;
  used_ = grant.used;
  exhausted_until_ =
      grant.granted < std::max<std::int64_t>(asked_need_, 1) && limit_.amount - grant.used < std::max<std::int64_t>(asked_need_, 1)
          ? now + (is_slots() ? Clock::duration(full_for) : Clock::duration(exhausted_for))
          : Clock::time_point{};
}

state::Charge Meter::late_charge() {
  state::Charge charge = empty_charge(owed_window_);
  charge.must = asked_owed_ = owed_;
  return charge;
}

void Meter::let_go(std::int64_t slots) {
  if (slots <= 0) return;
  held_ -= slots;
  used_ -= slots;
  available_ -= slots;
}

state::Charge Meter::return_lease() {
  state::Charge charge = empty_charge(window_);
  if (is_slots()) {
    let_go(available_);
    charge.must = held_;
  } else {
    const std::int64_t idle = available_ + asked_must_;
    charge.must = -idle;
    used_ -= idle;
    available_ -= idle;
  }
  return charge;
}

}  // namespace patchbay::access
