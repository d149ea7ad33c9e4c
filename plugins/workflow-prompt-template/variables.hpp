#pragma once

#include <re2/re2.h>

#include <algorithm>
#include <boost/describe/class.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "patchbay/config.hpp"
#include "patchbay/message.hpp"

namespace patchbay::prompt_template {

struct VariableConfig {
  std::string from;
  std::optional<std::string> default_;
  std::string pattern;

  static constexpr config::Doc docs[] = {
      {.field = "from", .text = "Where the value is: `body.DOTTED.PATH`, `header.NAME` or `model`; empty: the default always."},
      {.field = "default", .text = "The value of requests that have none; without it they are refused."},
      {.field = "pattern", .text = "A regular expression (RE2) that a request's value must match as a whole."},
  };
};
BOOST_DESCRIBE_STRUCT(VariableConfig, (), (from, default_, pattern))

/// What a request says at `from`; nothing if it says nothing there. Numbers and booleans are written as in JSON, lists and objects as JSON
/// text. Throws DocumentError if the body is needed and is no JSON. [thread-safe]
[[nodiscard]] std::optional<std::string> value_at(std::string_view from, const Request& request);

/// Whether `value_at` understands it.
[[nodiscard]] bool is_source(std::string_view from);

/// A variable of templates. [request: concurrent]
class Variable {
 public:
  /// Faults go to `faults`, with `pointer` before them.
  Variable(const VariableConfig& config, const std::string& pointer, std::vector<config::Fault>& faults);

  /// The value for a request. If it has none that may be used, `refused` tells why.
  [[nodiscard]] std::string value(const Request& request, std::string& refused) const;

 private:
  std::string from_;
  std::optional<std::string> default_;
  std::unique_ptr<re2::RE2> pattern_;  // null for any value
};

}  // namespace patchbay::prompt_template
