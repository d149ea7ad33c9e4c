#pragma once

#include <boost/describe/class.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "patchbay/config.hpp"

/// Who may use the gateway, how much of it, and where that is remembered.
namespace patchbay::config {

/// `budgets` of a key
struct Budget {
  std::string per = "month";
  std::optional<std::uint64_t> tokens;
  std::optional<double> cost;

  static constexpr Doc docs[] = {
      {.field = "per", .text = "Days and months are those of UTC; `total` never begins anew.", .choices = "day|month|total"},
      {.field = "tokens", .text = "Input and output together.", .minimum = 1.0, .maximum = 1e18},
      {.field = "cost",
       .text = "In the currency of `[[prices]]`; every model that the key uses needs a price.",
       .minimum = 0.000001,
       .maximum = 1e9},
  };
};
BOOST_DESCRIBE_STRUCT(Budget, (), (per, tokens, cost))

/// `[[keys]]`, and what a key that was made at run time is kept as
struct KeySettings {
  std::string name;
  std::string key_hash;
  std::string expires;
  std::vector<std::string> routes;
  std::vector<std::string> models;
  std::optional<std::uint64_t> requests_per_minute;
  std::optional<std::uint64_t> tokens_per_minute;
  std::optional<std::uint64_t> concurrency;
  std::vector<Budget> budgets;

  static constexpr Doc docs[] = {
      {.field = "name",
       .text = "A unique name, for metrics and logs; what was spent belongs to it, not to the key.",
       .required = true,
       .example = "\"team\""},
      {.field = "key_hash",
       .text = "SHA-256 of the key as `sha256:` and 64 hexadecimal digits; `patchbay keys new` makes both.",
       .required = true,
       .example = "\"sha256:0000000000000000000000000000000000000000000000000000000000000000\""},
      {.field = "expires", .text = "`2027-01-31` (the end of that day) or `2027-01-31T12:00:00Z`, in UTC; empty: never."},
      {.field = "routes", .text = "Ids of the routes that the key may take; empty: any."},
      {.field = "models", .text = "Models that the key may name, or beginnings of names with a `*`; empty: any."},
      {.field = "requests_per_minute", .text = "Of the clock's minutes, as all limits by the minute.", .minimum = 1.0, .maximum = 1e12},
      {.field = "tokens_per_minute", .text = "Input and output together.", .minimum = 1.0, .maximum = 1e12},
      {.field = "concurrency", .text = "Requests at once.", .minimum = 1.0, .maximum = 1e9},
      {.field = "budgets", .text = "What may be spent; every one of them holds."},
  };
};
BOOST_DESCRIBE_STRUCT(KeySettings, (),
                      (name, key_hash, expires, routes, models, requests_per_minute, tokens_per_minute, concurrency, budgets))

/// `[[prices]]`
struct PriceSettings {
  std::string model;
  double input = 0;
  double output = 0;
  std::optional<double> cached_input;
  std::optional<double> cache_write;

  static constexpr Doc docs[] = {
      {.field = "model",
       .text =
           "The model that a provider is asked for or, if that has no price, the one that the client named; a `*` ends the beginning of "
           "a name. The first entry that fits counts.",
       .required = true,
       .example = "\"gpt-*\""},
      {.field = "input", .text = "A million input tokens.", .minimum = 0.0, .maximum = 1e6},
      {.field = "output", .text = "A million output tokens, reasoning included.", .minimum = 0.0, .maximum = 1e6},
      {.field = "cached_input",
       .text = "A million that came from the provider's cache; as `input` if not said.",
       .minimum = 0.0,
       .maximum = 1e6},
      {.field = "cache_write", .text = "A million that went into it; as `input` if not said.", .minimum = 0.0, .maximum = 1e6},
  };
};
BOOST_DESCRIBE_STRUCT(PriceSettings, (), (model, input, output, cached_input, cache_write))

/// `[access]`
struct AccessSettings {
  bool managed_keys = false;
  std::uint64_t reserve_output_tokens = 1024;

  static constexpr Doc docs[] = {
      {.field = "managed_keys",
       .text = "Keys may also be made and revoked while the gateway runs; they live in `[state]`. A change needs a restart."},
      {.field = "reserve_output_tokens",
       .text = "So many output tokens a request is admitted with, or as many as it asks for if those are fewer; the rest is counted as it "
               "comes.",
       .maximum = 1e9},
  };
};
BOOST_DESCRIBE_STRUCT(AccessSettings, (), (managed_keys, reserve_output_tokens))

/// `[state]`
struct StateSettings {
  std::string url = "sqlite:patchbay-state.sqlite";
  std::string on_failure = "closed";
  std::chrono::milliseconds timeout{1'000};
  std::string prefix = "patchbay";

  static constexpr Doc docs[] = {
      {.field = "url",
       .text = "`sqlite:PATH` (relative to this file), or `redis://[USER:PASSWORD@]HOST[:PORT][/DB]` when several hosts share the limits. "
               "Opened "
               "only if something has to be remembered. A change needs a restart.",
       .secret = true},
      {.field = "on_failure",
       .text =
           "While the state cannot be read or written, requests with limits are refused (`closed`) or let pass (`open`); what they use is "
           "written later.",
       .choices = "open|closed"},
      {.field = "timeout", .text = "For one exchange with the state.", .minimum = 1.0, .maximum = 60'000.0},
      {.field = "prefix", .text = "What the names of keys in Redis begin with. A change needs a restart."},
  };
};
BOOST_DESCRIBE_STRUCT(StateSettings, (), (url, on_failure, timeout, prefix))

/// All of it.
struct AccessTables {
  AccessSettings access;
  StateSettings state;
  std::vector<KeySettings> keys;
  std::vector<PriceSettings> prices;
};

}  // namespace patchbay::config
