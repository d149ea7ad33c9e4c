#include "access/admission.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "patchbay/json_skim.hpp"

namespace patchbay::access {

namespace {

constexpr std::uint64_t bytes_per_token = 4;
/// An input that is so many times the longest reservation for output: what the request allows for its answer makes no difference any
/// more, and to find it the whole body would have to be read.
constexpr std::uint64_t dwarfing = 8;
constexpr std::uint64_t most_tokens = 1u << 30;  // who allows more leaves it open

/// What a request says of the length of its answer, in the words of all protocols.
struct Wish {
  std::optional<std::uint64_t> tokens;  // of each…
  std::uint64_t answers = 1;            // …of so many
};

std::optional<std::uint64_t> number(std::string_view raw) {
  std::uint64_t value = 0;
  return std::from_chars(raw.data(), raw.data() + raw.size(), value).ec == std::errc() ? std::optional(value) : std::nullopt;
}

void read_wish(std::string_view body, Wish& wish) {
  JsonSkim members(body);
  while (members.next()) {
    const std::string_view key = members.key();
    if (key == "max_tokens" || key == "max_completion_tokens" || key == "max_output_tokens" || key == "maxOutputTokens") {
      if (const auto tokens = number(members.value())) wish.tokens = tokens;
    } else if (key == "n" || key == "candidateCount") {
      wish.answers = std::max<std::uint64_t>(number(members.value()).value_or(1), 1);
    } else if (key == "generationConfig") {
      read_wish(members.value(), wish);
    }
  }
}

/// Nothing if the request leaves it open.
std::optional<std::uint64_t> longest_answer(std::string_view body) {
  Wish wish;
  read_wish(body, wish);
  if (!wish.tokens || *wish.tokens > most_tokens / wish.answers) return std::nullopt;
  return *wish.tokens * wish.answers;
}

}  // namespace

Estimate estimate(const Request& request, std::uint64_t most) {
  if (request.operation == Operation::count_tokens) return {};
  Estimate estimate;
  estimate.input_tokens = request.body.text().size() / bytes_per_token;
  if (request.operation != Operation::generate) return estimate;
  if (estimate.input_tokens <= dwarfing * most) estimate.longest_output = longest_answer(request.body.text());
  estimate.output_tokens = std::min(most, estimate.longest_output.value_or(most));
  return estimate;
}

Admission::Admission(std::shared_ptr<const KeyTable> table, std::shared_ptr<const VirtualKey> key, std::string model,
                     Reservation&& reservation, const Estimate& expected)
    : table_(std::move(table)),
      key_(std::move(key)),
      model_(std::move(model)),
      reservation_(std::move(reservation)),
      covered_(expected.output_tokens),
      longest_output_(expected.longest_output) {}

Admission::~Admission() {
  if (!settled_) key_->account->settle(reservation_, reservation_.amounts);
}

Money Admission::cost_of(const Usage& usage) const { return table_->prices.cost(table_->prices.priced(asked_, model_), usage); }

void Admission::cover(std::uint64_t output_tokens) {
  if (!key_->counts_tokens) return;
  const std::uint64_t step = std::max<std::uint64_t>(table_->reserve_output_tokens, 256);
  const std::uint64_t more = (output_tokens - covered_ + step - 1) / step * step;
  covered_ += more;
  key_->account->extend(reservation_, {static_cast<std::int64_t>(more), cost_of({.output_tokens = more})});
}

void Admission::settle(const Usage& usage, bool estimated) {
  if (std::exchange(settled_, true)) return;
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
