#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "access/account.hpp"
#include "access/key_hash.hpp"
#include "access/prices.hpp"
#include "config/access_settings.hpp"

namespace patchbay::access {

/// A client's key as the gateway knows it; immutable but for its account. [thread-safe]
struct VirtualKey {
  std::string name;
  KeyHash hash{};
  std::optional<std::int64_t> expires;  ///< seconds since 1970, UTC
  std::vector<std::string> routes;      ///< empty: any
  std::vector<std::string> models;      ///< empty: any
  std::vector<Limit> limits;
  bool counts_tokens = false;  ///< some limit is in tokens or in money
  bool has_cost_budget = false;
  std::shared_ptr<Account> account;

  [[nodiscard]] bool expired(WallTime now) const;
  [[nodiscard]] bool may_take(std::string_view route) const;
  [[nodiscard]] bool may_name(std::string_view model) const;
  void count_denial(Denial denial) const {
    account->numbers().denied[static_cast<std::size_t>(denial)].fetch_add(1, std::memory_order_relaxed);
  }
};

/// The settings must have been found faultless. `shared`: hosts share the state, so every limit is kept there; otherwise budgets are.
[[nodiscard]] VirtualKey make_key(const config::KeySettings& settings, bool shared);

/// All keys by their hashes, and what models cost. Replaced as a whole.
struct KeyTable {
  std::unordered_map<KeyHash, std::shared_ptr<const VirtualKey>, HashOfHash> keys;
  Prices prices;
  std::uint64_t reserve_output_tokens = 0;

  [[nodiscard]] std::shared_ptr<const VirtualKey> find(const KeyHash& hash) const;
};

}  // namespace patchbay::access
