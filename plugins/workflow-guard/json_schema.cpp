#include "json_schema.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>

namespace patchbay::guard {

namespace json = boost::json;

namespace {

constexpr int max_depth = 200;  // a schema may refer to itself without end

/// Numbers are equal by value: 1 and 1.0 are the same (JSON Schema, section 4.2.2).
bool equal(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) return a.to_number<double>() == b.to_number<double>();
  return a == b;
}

bool is_type(const json::value& value, std::string_view type) {
  std::string name(type);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (name == "object") return value.is_object();
  if (name == "array") return value.is_array();
  if (name == "string") return value.is_string();
  if (name == "boolean") return value.is_bool();
  if (name == "null") return value.is_null();
  if (name == "number") return value.is_number();
  if (name == "integer")
    return value.is_int64() || value.is_uint64() || (value.is_double() && std::trunc(value.get_double()) == value.get_double());
  return true;  // not ours to judge
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

class Checker {
 public:
  explicit Checker(const json::value& root) : root_(root) {}

  /// Empty if the value keeps the schema.
  std::string check(const json::value& schema, const json::value& value, const std::string& at, int depth) const {
    if (schema.is_bool()) return schema.get_bool() ? "" : at + " must not be there";
    if (!schema.is_object()) return {};
    if (depth > max_depth) return at + " cannot be checked: the schema goes too deep";
    const json::object& rules = schema.get_object();
    if (const json::value* const nullable = rules.if_contains("nullable"); nullable != nullptr && *nullable == true && value.is_null())
      return {};
    for (const auto part : {&Checker::reference, &Checker::type, &Checker::values, &Checker::combinations, &Checker::object,
                            &Checker::array, &Checker::string, &Checker::number})
      if (std::string fault = (this->*part)(rules, value, at, depth); !fault.empty()) return fault;
    return {};
  }

 private:
  static const json::value* rule(const json::object& rules, std::string_view key) { return rules.if_contains(key); }

  static const json::array* list(const json::object& rules, std::string_view key) {
    const json::value* const value = rules.if_contains(key);
    return value != nullptr ? value->if_array() : nullptr;
  }

  static const json::object* table(const json::object& rules, std::string_view key) {
    const json::value* const value = rules.if_contains(key);
    return value != nullptr ? value->if_object() : nullptr;
  }

  static std::optional<double> bound(const json::object& rules, std::string_view key) {
    const json::value* const value = rules.if_contains(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_string()) {  // Gemini writes 64-bit numbers as text
      const std::string text(value->get_string());
      char* end = nullptr;
      const double number = std::strtod(text.c_str(), &end);
      return end != text.c_str() && *end == '\0' ? std::optional(number) : std::nullopt;
    }
    return value->is_number() ? std::optional(value->to_number<double>()) : std::nullopt;
  }

  /// "at must have at least N things", if a size does not keep its bounds.
  static std::string sizes(const json::object& rules, std::size_t size, const std::string& at, std::string_view least,
                           std::string_view most, std::string_view things) {
    const auto number = [](double value) { return json::serialize(json::value(static_cast<std::int64_t>(value))); };
    if (const auto wanted = bound(rules, least); wanted && static_cast<double>(size) < *wanted)
      return at + " must have at least " + number(*wanted) + " " + std::string(things);
    if (const auto wanted = bound(rules, most); wanted && static_cast<double>(size) > *wanted)
      return at + " must have at most " + number(*wanted) + " " + std::string(things);
    return {};
  }

  std::string reference(const json::object& rules, const json::value& value, const std::string& at, int depth) const {
    const json::value* const ref = rule(rules, "$ref");
    if (ref == nullptr || !ref->is_string() || !ref->get_string().starts_with("#")) return {};
    json::error_code missing;
    const json::value* const target = root_.find_pointer(std::string_view(ref->get_string()).substr(1), missing);
    return target != nullptr ? check(*target, value, at, depth + 1) : std::string();
  }

  std::string type(const json::object& rules, const json::value& value, const std::string& at, int) const {
    const json::value* const types = rule(rules, "type");
    if (types == nullptr) return {};
    std::string names;
    const auto fits = [&](const json::value& one) {
      if (!one.is_string()) return true;
      names.append(names.empty() ? "" : " or ").append(one.get_string());
      return is_type(value, one.get_string());
    };
    const bool good = types->is_array() ? std::any_of(types->get_array().begin(), types->get_array().end(), fits) : fits(*types);
    return good ? "" : at + " must be of type " + names;
  }

  std::string values(const json::object& rules, const json::value& value, const std::string& at, int) const {
    if (const json::value* const wanted = rule(rules, "const"); wanted != nullptr && !equal(*wanted, value))
      return at + " must be " + json::serialize(*wanted);
    if (const json::array* const allowed = list(rules, "enum"))
      if (std::none_of(allowed->begin(), allowed->end(), [&](const json::value& one) { return equal(one, value); }))
        return at + " must be one of " + json::serialize(*allowed);
    return {};
  }

  std::string combinations(const json::object& rules, const json::value& value, const std::string& at, int depth) const {
    if (const json::array* const all = list(rules, "allOf"))
      for (const json::value& one : *all)
        if (std::string fault = check(one, value, at, depth + 1); !fault.empty()) return fault;
    const auto kept = [&](const json::array& schemas) {
      return std::count_if(schemas.begin(), schemas.end(),
                           [&](const json::value& one) { return check(one, value, at, depth + 1).empty(); });
    };
    if (const json::array* const any = list(rules, "anyOf"); any != nullptr && kept(*any) == 0) return at + " keeps no schema of anyOf";
    if (const json::array* const one = list(rules, "oneOf"); one != nullptr && kept(*one) != 1)
      return at + " must keep exactly one schema of oneOf";
    if (const json::value* const none = rule(rules, "not"); none != nullptr && check(*none, value, at, depth + 1).empty())
      return at + " keeps the schema of not";
    return {};
  }

  std::string object(const json::object& rules, const json::value& value, const std::string& at, int depth) const {
    if (!value.is_object()) return {};
    const json::object& members = value.get_object();
    if (const json::array* const required = list(rules, "required"))
      for (const json::value& name : *required)
        if (name.is_string() && !members.contains(name.get_string())) return at + " must have '" + std::string(name.get_string()) + "'";
    const json::object* const properties = table(rules, "properties");
    const json::value* const others = rule(rules, "additionalProperties");
    for (const auto& one : members) {
      const std::string below = at + "/" + std::string(one.key());
      const json::value* const schema = properties != nullptr ? properties->if_contains(one.key()) : nullptr;
      std::string fault;
      if (schema != nullptr)
        fault = check(*schema, one.value(), below, depth + 1);
      else if (others != nullptr)
        fault = check(*others, one.value(), below, depth + 1);
      if (!fault.empty()) return fault;
    }
    return sizes(rules, members.size(), at, "minProperties", "maxProperties", "members");
  }

  std::string array(const json::object& rules, const json::value& value, const std::string& at, int depth) const {
    if (!value.is_array()) return {};
    const json::array& elements = value.get_array();
    const json::array* const prefix = list(rules, "prefixItems");
    const json::value* const rest = rule(rules, "items");
    for (std::size_t i = 0; i < elements.size(); ++i) {
      const json::value* const schema = prefix != nullptr && i < prefix->size() ? &(*prefix)[i] : rest;
      if (schema == nullptr) continue;
      if (std::string fault = check(*schema, elements[i], at + "/" + std::to_string(i), depth + 1); !fault.empty()) return fault;
    }
    return sizes(rules, elements.size(), at, "minItems", "maxItems", "elements");
  }

  std::string string(const json::object& rules, const json::value& value, const std::string& at, int) const {
    if (!value.is_string()) return {};
    const std::string_view text = value.get_string();
    if (const json::value* const pattern = rule(rules, "pattern"); pattern != nullptr && pattern->is_string()) {
      const re2::RE2 expression(std::string(pattern->get_string()), re2::RE2::Quiet);
      if (expression.ok() && !re2::RE2::PartialMatch({text.data(), text.size()}, expression))
        return at + " must match " + expression.pattern();
    }
    return sizes(rules, code_points(text), at, "minLength", "maxLength", "characters");
  }

  std::string number(const json::object& rules, const json::value& value, const std::string& at, int) const {
    if (!value.is_number()) return {};
    const double number = value.to_number<double>();
    const auto refusal = [&](std::string_view words, double limit) {
      return at + " must be " + std::string(words) + " " + json::serialize(json::value(limit));
    };
    if (const auto limit = bound(rules, "minimum"); limit && number < *limit) return refusal("at least", *limit);
    if (const auto limit = bound(rules, "maximum"); limit && number > *limit) return refusal("at most", *limit);
    if (const auto limit = bound(rules, "exclusiveMinimum"); limit && number <= *limit) return refusal("more than", *limit);
    if (const auto limit = bound(rules, "exclusiveMaximum"); limit && number >= *limit) return refusal("less than", *limit);
    if (const auto factor = bound(rules, "multipleOf"); factor && *factor > 0) {
      const double quotient = number / *factor;
      if (std::abs(quotient - std::round(quotient)) > 1e-9) return refusal("a multiple of", *factor);
    }
    return {};
  }

  const json::value& root_;
};

}  // namespace

std::optional<std::string> broken_schema(const json::value& schema, const json::value& value) {
  std::string fault = Checker(schema).check(schema, value, "", 0);
  if (fault.empty()) return std::nullopt;
  return fault.starts_with(' ') ? "the answer" + fault : fault;
}

}  // namespace patchbay::guard
