#include "access/admission.hpp"

#include <algorithm>
#include <charconv>

#include "patchbay/json_skim.hpp"

namespace patchbay::access {

namespace {

constexpr std::uint64_t bytes_per_token = 4;
/// An input that is so many times the longest reservation for output: what the request allows for its answer makes no difference any
/// more, and to find it the whole body would have to be read.
constexpr std::uint64_t dwarfing = 8;

std::uint64_t number(std::string_view raw, std::uint64_t otherwise) {
  std::uint64_t value = 0;
  return std::from_chars(raw.data(), raw.data() + raw.size(), value).ec == std::errc() ? value : otherwise;
}

/// How long an answer the request allows, in the words of all protocols.
std::uint64_t longest_answer(std::string_view body, std::uint64_t otherwise) {
  JsonSkim members(body);
  while (members.next()) {
    const std::string_view key = members.key();
    if (key == "max_tokens" || key == "max_completion_tokens" || key == "max_output_tokens" || key == "maxOutputTokens")
      return number(members.value(), otherwise);
    if (key == "generationConfig") otherwise = longest_answer(members.value(), otherwise);
  }
  return otherwise;
}

}  // namespace

Estimate estimate(const Request& request, std::uint64_t most) {
  if (request.operation == Operation::count_tokens) return {};
  Estimate estimate;
  estimate.input_tokens = request.body.text().size() / bytes_per_token;
  if (request.operation != Operation::generate) return estimate;
  const bool dwarfed = estimate.input_tokens > dwarfing * most;
  estimate.output_tokens = dwarfed ? most : std::min(most, longest_answer(request.body.text(), most));
  return estimate;
}

Admission::Admission(std::shared_ptr<const KeyTable> table, std::shared_ptr<const VirtualKey> key, std::string model,
                     Reservation&& reservation, std::uint64_t output_tokens)
    : table_(std::move(table)),
      key_(std::move(key)),
      model_(std::move(model)),
      reservation_(std::move(reservation)),
      covered_(output_tokens) {}

Admission::~Admission() {
  if (!settled_) key_->account->settle(reservation_, reservation_.amounts);
}

void Admission::cover(std::uint64_t output_tokens) {
  if (!key_->counts_tokens) return;
  const std::uint64_t step = std::max<std::uint64_t>(table_->reserve_output_tokens, 256);
  const std::uint64_t more = (output_tokens - covered_ + step - 1) / step * step;
  covered_ += more;
  key_->account->extend(reservation_, {static_cast<std::int64_t>(more), table_->prices.cost(model_, {.output_tokens = more})});
}

void Admission::settle(const Usage& usage, bool estimated) {
  if (std::exchange(settled_, true)) return;
  const Money cost = table_->prices.cost(model_, usage);
  key_->account->settle(reservation_, {static_cast<std::int64_t>(usage.total()), cost});
  Account::Numbers& numbers = key_->account->numbers();
  numbers.input_tokens.fetch_add(usage.input_tokens, std::memory_order_relaxed);
  numbers.cached_input_tokens.fetch_add(usage.cached_input_tokens, std::memory_order_relaxed);
  numbers.output_tokens.fetch_add(usage.output_tokens, std::memory_order_relaxed);
  if (estimated) numbers.estimated_tokens.fetch_add(usage.total(), std::memory_order_relaxed);
  numbers.cost.fetch_add(static_cast<std::uint64_t>(cost), std::memory_order_relaxed);
}

}  // namespace patchbay::access
