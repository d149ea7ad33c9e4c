#pragma once

#include <memory>
#include <string>

#include "config/settings.hpp"
#include "pipeline/request_facts.hpp"

namespace re2 {
class RE2;
}

namespace patchbay::pipeline {

/// The value of a field that conditions and patterns may name: `model`, `protocol`, `operation`, `stream`, `has_tools`, `has_images`,
/// `thinking`, `estimated_tokens`, `header.NAME`, `body.DOTTED.PATH` (numbers are array indices). Null when there is none.
/// A `body.` field parses the body; throws DocumentError if that is not JSON.
[[nodiscard]] boost::json::value field_value(const RequestFacts& facts, std::string_view field);

/// The value as text: a string as it is, nothing for null, anything else as JSON.
[[nodiscard]] std::string text_of_field(const boost::json::value& value);

/// Whether `field` is a name that `field_value` knows.
[[nodiscard]] bool is_known_field(std::string_view field);
/// Every fixed field name, for suggestions.
[[nodiscard]] std::vector<std::string> known_fields();

/// A module's `condition`, compiled. [request: concurrent]
class CompiledCondition {
 public:
  /// Throws std::invalid_argument saying what is wrong: an unknown field or operator, an expression that does not compile, a value of
  /// the wrong type.
  explicit CompiledCondition(const config::Condition& condition);

  [[nodiscard]] bool holds(const RequestFacts& facts) const;
  /// The condition as a person would write it: `model matches "^glm-"`.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  enum class Operator { equals, contains, matches, exists, gt, lt };

  std::string field_;
  Operator operator_;
  boost::json::value value_;
  bool case_sensitive_;
  std::shared_ptr<const re2::RE2> expression_;
  std::string text_;
};

/// A regular expression (RE2 syntax, searched anywhere); throws std::invalid_argument with the reason and the place of the fault.
[[nodiscard]] std::shared_ptr<const re2::RE2> compile_expression(std::string_view expression, bool case_sensitive = true);

}  // namespace patchbay::pipeline
