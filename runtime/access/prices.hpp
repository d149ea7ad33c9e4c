#pragma once

#include <cstdint>
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

/// What the tokens of a model cost, each in billionths of the currency's unit.
struct Price {
  std::string model;  ///< a name, or a pattern
  double input = 0;
  double output = 0;
  double cached_input = 0;
  double cache_write = 0;

  [[nodiscard]] Money cost(const Usage& usage) const;
};

/// What models cost. [thread-safe]
class Prices {
 public:
  Prices() = default;
  explicit Prices(const std::vector<config::PriceSettings>& settings);

  /// The first one that fits; null if none does. Lives as long as this object.
  [[nodiscard]] const Price* of(std::string_view model) const;
  /// Whose price an answer has: the model's that the provider was asked for, or, if that has none, the one's that the client named.
  [[nodiscard]] const Price* of(std::string_view asked, std::string_view named) const;

 private:
  std::vector<Price> prices_;
};

}  // namespace patchbay::access
