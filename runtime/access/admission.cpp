#include "access/admission.hpp"

#include <algorithm>

namespace patchbay::access {

namespace {

constexpr std::uint64_t bytes_per_token = 4;

}  // namespace

Estimate estimate(const Request& request, std::optional<std::uint64_t> longest_output, std::uint64_t most) {
  if (request.operation == Operation::count_tokens) return {};
  Estimate estimate;
  estimate.input_tokens = request.body.text().size() / bytes_per_token;
  if (request.operation == Operation::generate) estimate.output_tokens = std::min(most, longest_output.value_or(most));
  return estimate;
}

Admission::Admission(std::shared_ptr<const KeyTable> table, std::shared_ptr<const VirtualKey> key, std::string_view model,
                     const Estimate& expected)
    : table_(std::move(table)),
      key_(std::move(key)),
      expected_(expected),
      asked_(model),
      named_price_(table_->prices.of(model)),
      price_(named_price_),
      covered_(expected.output_tokens) {}

Admission::~Admission() {
  if (held_) key_->account->settle(reservation_, reservation_.amounts);
}

Amounts Admission::need() const {
  return {static_cast<std::int64_t>(expected_.input_tokens + expected_.output_tokens),
          cost_of({.input_tokens = expected_.input_tokens, .output_tokens = expected_.output_tokens})};
}

std::optional<Verdict> Admission::ask() {
  std::optional<Verdict> verdict = key_->account->admit(need(), reservation_);
  if (verdict && verdict->denial == Denial::none) hold(reservation_);
  return verdict;
}

void Admission::hold(const Reservation& reservation) {
  reservation_ = reservation;
  held_ = true;
  key_->account->numbers().admitted.fetch_add(1, std::memory_order_relaxed);
}

void Admission::asked_for(std::string_view model) {
  if (model == asked_) return;
  asked_ = model;
  const Price* const price = table_->prices.of(model);
  price_ = price != nullptr ? price : named_price_;
}

void Admission::cover(std::uint64_t output_tokens) {
  if (!key_->counts_tokens) return;
  const std::uint64_t step = std::max<std::uint64_t>(table_->reserve_output_tokens, 256);
  const std::uint64_t more = (output_tokens - covered_ + step - 1) / step * step;
  covered_ += more;
  key_->account->extend(reservation_, {static_cast<std::int64_t>(more), cost_of({.output_tokens = more})});
}

void Admission::settle(const Usage& usage, bool estimated) {
  if (!std::exchange(held_, false)) return;
  const Money cost = cost_of(usage);
  key_->account->settle(reservation_, {static_cast<std::int64_t>(usage.total()), cost});
  Account::Numbers& numbers = key_->account->numbers();
  numbers.input_tokens.fetch_add(usage.input_tokens, std::memory_order_relaxed);
  numbers.cached_input_tokens.fetch_add(usage.cached_input_tokens, std::memory_order_relaxed);
  numbers.output_tokens.fetch_add(usage.output_tokens, std::memory_order_relaxed);
  if (estimated) numbers.estimated_tokens.fetch_add(usage.total(), std::memory_order_relaxed);
  numbers.cost.fetch_add(static_cast<std::uint64_t>(cost), std::memory_order_relaxed);
}

}  // namespace patchbay::access
