#include "pipeline/condition.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "patchbay/plain_json.hpp"

namespace patchbay::pipeline {

namespace json = boost::json;

namespace {

constexpr std::string_view header_prefix = "header.";
constexpr std::string_view body_prefix = "body.";

json::value at_path(const json::value& root, std::string_view path) {
  const json::value* here = &root;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    const std::string_view step = path.substr(0, dot);
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
    if (here->is_object()) {
      here = here->get_object().if_contains(step);
    } else if (here->is_array()) {
      std::size_t index = 0;
      const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
      here = error == std::errc() && end == step.data() + step.size() ? here->get_array().if_contains(index) : nullptr;
    } else {
      here = nullptr;
    }
    if (here == nullptr) return nullptr;
  }
  return *here;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return result;
}

bool same(const json::value& left, const json::value& right, bool case_sensitive) {
  if (left.is_string() && right.is_string() && !case_sensitive) return lower(left.get_string()) == lower(right.get_string());
  if (left.is_number() && right.is_number()) return left.to_number<double>() == right.to_number<double>();
  return left == right;
}

bool has(const json::value& whole, const json::value& part, bool case_sensitive) {
  if (whole.is_array())
    return std::any_of(whole.get_array().begin(), whole.get_array().end(),
                       [&](const json::value& element) { return same(element, part, case_sensitive); });
  if (whole.is_object()) return part.is_string() && whole.get_object().contains(part.get_string());
  const std::string text = text_of_field(whole);
  const std::string wanted = text_of_field(part);
  return case_sensitive ? text.find(wanted) != std::string::npos : lower(text).find(lower(wanted)) != std::string::npos;
}

}  // namespace

std::string text_of_field(const json::value& value) { return value.is_null() ? std::string() : plain_text(value); }

std::vector<std::string> known_fields() {
  return {"model",      "protocol", "operation",        "stream",      "has_tools",
          "has_images", "thinking", "estimated_tokens", "header.NAME", "body.PATH"};
}

bool is_known_field(std::string_view field) {
  if (field.starts_with(header_prefix)) return field.size() > header_prefix.size();
  if (field.starts_with(body_prefix)) return field.size() > body_prefix.size();
  const std::vector<std::string> names = known_fields();
  return std::find(names.begin(), names.end() - 2, field) != names.end() - 2;
}

json::value field_value(const RequestFacts& facts, std::string_view field) {
  const Request& request = facts.request();
  if (field == "model") return facts.model().empty() ? json::value() : json::value(facts.model());
  if (field == "protocol") return json::value(request.protocol);
  if (field == "operation") return json::value(name_of(request.operation));
  if (field == "stream") return facts.stream();
  if (field == "has_tools") return facts.has_tools();
  if (field == "has_images") return facts.has_images();
  if (field == "thinking") return facts.thinking();
  if (field == "estimated_tokens") return facts.estimated_tokens();
  if (field.starts_with(header_prefix)) {
    const auto header = request.headers.find(field.substr(header_prefix.size()));
    return header ? json::value(*header) : json::value();
  }
  if (field.starts_with(body_prefix)) return at_path(request.body.read(), field.substr(body_prefix.size()));
  return nullptr;
}

std::shared_ptr<const re2::RE2> compile_expression(std::string_view expression, bool case_sensitive) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(case_sensitive);
  auto compiled = std::make_shared<const re2::RE2>(re2::StringPiece(expression.data(), expression.size()), options);
  if (!compiled->ok())
    throw std::invalid_argument("the regular expression '" + std::string(expression) + "' does not compile: " + compiled->error() +
                                " (the syntax is RE2's: no look-around, no back-references)");
  return compiled;
}

CompiledCondition::CompiledCondition(const config::Condition& condition)
    : field_(condition.field), value_(condition.value), case_sensitive_(condition.case_sensitive) {
  if (!is_known_field(field_)) throw std::invalid_argument("unknown field '" + field_ + "'");
  if (condition.op == "equals")
    operator_ = Operator::equals;
  else if (condition.op == "contains")
    operator_ = Operator::contains;
  else if (condition.op == "matches")
    operator_ = Operator::matches;
  else if (condition.op == "exists")
    operator_ = Operator::exists;
  else if (condition.op == "gt")
    operator_ = Operator::gt;
  else if (condition.op == "lt")
    operator_ = Operator::lt;
  else
    throw std::invalid_argument("unknown operator '" + condition.op + "'; known are equals, contains, matches, exists, gt, lt");

  if (operator_ == Operator::matches) {
    if (!value_.is_string()) throw std::invalid_argument("'matches' needs a regular expression as value");
    expression_ = compile_expression(std::string_view(value_.get_string()), case_sensitive_);
  }
  if ((operator_ == Operator::gt || operator_ == Operator::lt) && !value_.is_number())
    throw std::invalid_argument("'" + condition.op + "' needs a number as value");
  if (operator_ == Operator::exists && !value_.is_null() && !value_.is_bool())
    throw std::invalid_argument("'exists' takes true, false or no value");
  text_ = field_ + " " + condition.op + (value_.is_null() ? std::string() : " " + plain_json(value_));
}

bool CompiledCondition::holds(const RequestFacts& facts) const {
  const json::value actual = field_value(facts, field_);
  switch (operator_) {
    case Operator::exists: return !actual.is_null() == (value_.is_null() || value_.get_bool());
    case Operator::equals: return same(actual, value_, case_sensitive_);
    case Operator::contains: return !actual.is_null() && has(actual, value_, case_sensitive_);
    case Operator::matches: return !actual.is_null() && re2::RE2::PartialMatch(text_of_field(actual), *expression_);
    case Operator::gt: return actual.is_number() && actual.to_number<double>() > value_.to_number<double>();
    case Operator::lt: return actual.is_number() && actual.to_number<double>() < value_.to_number<double>();
  }
  return false;
}

}  // namespace patchbay::pipeline
