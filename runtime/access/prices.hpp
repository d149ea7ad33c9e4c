#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/access_settings.hpp"
#include "patchbay/message.hpp"

namespace patchbay::access {

/// Money in billionths of the currency's unit: exact sums of what single tokens cost.
using Money = std::int64_t;

[[nodiscard]] Money to_money(double amount);

/// As people write it, "12.34", with as many digits as it has.
[[nodiscard]] std::string to_text(Money amount);

/// Whether a name is the pattern, or begins with what stands before the pattern's last '*'.
[[nodiscard]] bool fits(std::string_view pattern, std::string_view name);

/// What models cost. [thread-safe]
class Prices {
 public:
  Prices() = default;
  explicit Prices(const std::vector<config::PriceSettings>& settings);

  [[nodiscard]] bool knows(std::string_view model) const { return find(model) != nullptr; }
  /// Whose price an answer has: the model's that the provider was asked for, or, if that has none, the one's that the client named.
  [[nodiscard]] std::string_view priced(std::string_view asked, std::string_view named) const { return knows(asked) ? asked : named; }
  /// Zero for a model without a price.
  [[nodiscard]] Money cost(std::string_view model, const Usage& usage) const;

 private:
  struct Price {
    std::string model;
    double input, output, cached_input, cache_write;  ///< billionths a token
  };
  [[nodiscard]] const Price* find(std::string_view model) const;

  std::vector<Price> prices_;
};

}  // namespace patchbay::access
