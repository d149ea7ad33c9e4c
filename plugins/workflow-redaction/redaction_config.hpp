#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <map>
#include <string>
#include <vector>

#include "patchbay/config.hpp"

namespace patchbay::redaction {

enum class Mode { replace, block, report };
BOOST_DESCRIBE_ENUM(Mode, replace, block, report)

struct RedactionConfig {
  Mode mode = Mode::replace;
  bool restore = false;
  std::vector<std::string> entities = {
      "private-key", "jwt",  "anthropic-key", "openai-key",  "github-key", "google-key", "aws-key", "url-credentials",
      "email",       "iban", "national-id",   "credit-card", "ipv4",       "ipv6",       "phone"};
  std::map<std::string, std::string> patterns;
  std::vector<std::string> allow;

  static constexpr config::Doc docs[] = {
      {.field = "mode", .text = "What becomes of a request with an entity: replaced texts, a 400, or only a line in the log."},
      {.field = "restore", .text = "Puts the values back where the answer has their placeholders."},
      {.field = "entities", .text = "The kinds that are looked for."},
      {.field = "patterns", .text = "More kinds: the name in placeholders (`A-Z`, `0-9`, `_`) and a regular expression (RE2)."},
      {.field = "allow", .text = "Regular expressions (RE2); an entity that one of them matches as a whole stays."},
  };
};
BOOST_DESCRIBE_STRUCT(RedactionConfig, (), (mode, restore, entities, patterns, allow))

}  // namespace patchbay::redaction
