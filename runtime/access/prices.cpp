#include "access/prices.hpp"

#include <algorithm>
#include <cmath>

namespace patchbay::access {

namespace {

constexpr Money one = 1'000'000'000;
constexpr double a_million = 1'000'000;

}  // namespace

Money to_money(double amount) { return std::llround(amount * static_cast<double>(one)); }

std::string to_text(Money amount) {
  const std::string sign = amount < 0 ? "-" : "";
  const std::uint64_t size = amount < 0 ? 0 - static_cast<std::uint64_t>(amount) : static_cast<std::uint64_t>(amount);
  std::string fraction = std::to_string(size % one);
  fraction.insert(0, 9 - fraction.size(), '0');
  while (fraction.size() > 2 && fraction.back() == '0') fraction.pop_back();
  return sign + std::to_string(size / one) + "." + fraction;
}

bool fits(std::string_view pattern, std::string_view name) {
  return pattern.ends_with('*') ? name.starts_with(pattern.substr(0, pattern.size() - 1)) : pattern == name;
}

Prices::Prices(const std::vector<config::PriceSettings>& settings) {
  const auto per_token = [](double per_million) { return per_million * static_cast<double>(one) / a_million; };
  for (const config::PriceSettings& price : settings)
    prices_.push_back({price.model, per_token(price.input), per_token(price.output), per_token(price.cached_input.value_or(price.input)),
                       per_token(price.cache_write.value_or(price.input))});
}

const Price* Prices::of(std::string_view model) const {
  const auto found = std::find_if(prices_.begin(), prices_.end(), [model](const Price& price) { return fits(price.model, model); });
  return found == prices_.end() ? nullptr : &*found;
}

const Price* Prices::of(std::string_view asked, std::string_view named) const {
  const Price* const price = of(asked);
  return price != nullptr ? price : of(named);
}

Money Price::cost(const Usage& usage) const {
  const std::uint64_t special = usage.cached_input_tokens + usage.cache_write_tokens;
  const std::uint64_t plain = usage.input_tokens > special ? usage.input_tokens - special : 0;
  return std::llround(static_cast<double>(plain) * input + static_cast<double>(usage.output_tokens) * output +
                      static_cast<double>(usage.cached_input_tokens) * cached_input +
                      static_cast<double>(usage.cache_write_tokens) * cache_write);
}

}  // namespace patchbay::access
