#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "patchbay/config.hpp"

namespace patchbay::guard {

struct DenyConfig {
  std::vector<std::string> words;
  std::map<std::string, std::string> patterns;
  std::vector<std::string> sources;

  static constexpr config::Doc docs[] = {
      {.field = "words", .text = "Words and phrases, in any case, that stand by themselves."},
      {.field = "patterns", .text = "Regular expressions (RE2) by the name that errors give them."},
      {.field = "sources", .text = "Whose texts are looked at; empty: all. See the manual."},
  };
};
BOOST_DESCRIBE_STRUCT(DenyConfig, (), (words, patterns, sources))

struct LimitsConfig {
  std::optional<unsigned> max_messages;
  std::optional<std::int64_t> max_tokens;
  bool require_max_tokens = false;
  std::vector<std::string> models;
  std::optional<std::vector<std::string>> tools;

  static constexpr config::Doc docs[] = {
      {.field = "max_messages", .text = "Most turns in a request."},
      {.field = "max_tokens", .text = "Most tokens that a request may ask for.", .minimum = 1},
      {.field = "require_max_tokens", .text = "Refuses requests that name no such number."},
      {.field = "models", .text = "Regular expressions (RE2), one of which the model's whole name must match; empty: any model."},
      {.field = "tools", .text = "The names of tools that may be offered; an empty list is none, no list is any."},
  };
};
BOOST_DESCRIBE_STRUCT(LimitsConfig, (), (max_messages, max_tokens, require_max_tokens, models, tools))

enum class OnFailure { refuse, allow };
BOOST_DESCRIBE_ENUM(OnFailure, refuse, allow)

struct JudgeConfig {
  std::string url;
  std::map<std::string, std::string> headers;
  OnFailure on_failure = OnFailure::refuse;

  static constexpr config::Doc docs[] = {
      {.field = "url", .text = "Where it is asked, with http:// or https://.", .required = true},
      {.field = "headers", .text = "Of the question, for example its authorisation.", .secret = true},
      {.field = "on_failure", .text = "What becomes of a request when the judge gives no verdict."},
  };
};
BOOST_DESCRIBE_STRUCT(JudgeConfig, (), (url, headers, on_failure))

struct GuardConfig {
  DenyConfig prompt;
  DenyConfig answer;
  LimitsConfig limits;
  bool check_output = false;
  std::optional<JudgeConfig> judge;
  std::size_t window_bytes = 1'024;

  static constexpr config::Doc docs[] = {
      {.field = "prompt", .text = "What requests must not say."},
      {.field = "answer", .text = "What answers must not say."},
      {.field = "limits", .text = "What requests may ask for."},
      {.field = "check_output", .text = "Checks answers against the JSON Schema that the request asks for."},
      {.field = "judge", .text = "A service that decides on requests."},
      {.field = "window_bytes",
       .text = "How much of a streamed text is looked at again with each piece: the longest that a pattern can match across pieces.",
       .minimum = 64,
       .maximum = 65'536},
  };
};
BOOST_DESCRIBE_STRUCT(GuardConfig, (), (prompt, answer, limits, check_output, judge, window_bytes))

}  // namespace patchbay::guard
