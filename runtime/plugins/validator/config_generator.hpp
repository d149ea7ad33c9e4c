#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "plugins/validator/random.hpp"

namespace patchbay::plugins::validator {

/// What a schema requires and nothing else; values are its first example, its default, or the plainest that its type allows.
[[nodiscard]] boost::json::value smallest_config(const boost::json::value& schema);

/// A configuration that the schema allows.
[[nodiscard]] boost::json::value random_config(const boost::json::value& schema, Random& random);

/// A configuration that differs in one place from another, `base`, which the schema allows.
struct Variation {
  boost::json::value config;
  std::string pointer;  ///< the place (RFC 6901)
  std::string value;    ///< what is there, for people
  bool bound = false;   ///< it is a number at a bound that the schema states
};

/// Every option of the top level in turn, at every value that matters: both booleans, every choice, numbers at their bounds, the default.
[[nodiscard]] std::vector<Variation> allowed_variations(const boost::json::value& schema, const boost::json::value& base);

/// Every option at any depth in turn, at values that the schema forbids: other types, beyond the bounds, unknown choices, missing though
/// required.
[[nodiscard]] std::vector<Variation> forbidden_variations(const boost::json::value& schema, const boost::json::value& base);

/// Every table at any depth that names all of its keys, in turn with one that it does not name.
[[nodiscard]] std::vector<Variation> unknown_keys(const boost::json::value& schema, const boost::json::value& base);

}  // namespace patchbay::plugins::validator
