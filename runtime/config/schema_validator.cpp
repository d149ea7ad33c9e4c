#include "config/schema_validator.hpp"

#include <algorithm>

#include "patchbay/plain_json.hpp"

namespace patchbay::config {

namespace json = boost::json;

namespace {

bool is_of(const json::value& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "integer") return value.is_int64() || value.is_uint64();
  if (type == "number") return value.is_number();
  return type == "null" && value.is_null();
}

std::string spoken(std::string_view type) {
  if (type == "object") return "a table";
  if (type == "integer") return "an integer";
  if (type == "array") return "an array";
  if (type == "boolean") return "true or false";
  return "a " + std::string(type);
}

std::optional<double> number_in(const json::object& rules, std::string_view name) {
  const json::value* const number = rules.if_contains(name);
  return number != nullptr && number->is_number() ? std::optional(number->to_number<double>()) : std::nullopt;
}

class Validator {
 public:
  void check(const json::value& value, const json::value& schema, const std::string& pointer) {
    const json::object* const rules = schema.if_object();
    if (rules == nullptr) return;
    if (!check_type(value, *rules, pointer)) return;
    if (value.is_object()) check_object(value.get_object(), *rules, pointer);
    if (const json::value* items = rules->if_contains("items"); items != nullptr && value.is_array())
      for (std::size_t i = 0; i < value.get_array().size(); ++i) check(value.get_array()[i], *items, pointer + "/" + std::to_string(i));
    check_scalar(value, *rules, pointer);
  }

  std::vector<Fault> faults;

 private:
  void fault(const std::string& pointer, std::string message, std::string suggestion = {}) {
    faults.push_back({pointer, std::move(message), std::move(suggestion)});
  }

  bool check_type(const json::value& value, const json::object& rules, const std::string& pointer) {
    const json::value* const type = rules.if_contains("type");
    if (type == nullptr) return true;
    if (const json::value* const format = rules.if_contains("format"); format != nullptr && *format == "duration") {
      if (detail::duration_of(value)) return true;
      fault(pointer, std::string(detail::duration_expected));
      return false;
    }
    const json::array types = type->is_array() ? type->get_array() : json::array{*type};
    std::string wanted;
    for (const json::value& one : types) {
      if (!one.is_string() || is_of(value, one.get_string())) return true;
      wanted += (wanted.empty() ? "" : " or ") + spoken(one.get_string());
    }
    fault(pointer, "expected " + wanted + ", found " + std::string(detail::kind_name(value)));
    return false;
  }

  void check_object(const json::object& object, const json::object& rules, const std::string& pointer) {
    static const json::object none;
    const json::value* const declared = rules.if_contains("properties");
    const json::object& properties = declared != nullptr && declared->is_object() ? declared->get_object() : none;
    const json::value* const additional = rules.if_contains("additionalProperties");
    std::vector<std::string> known;
    for (const auto& property : properties) known.emplace_back(property.key());

    for (const auto& member : object) {
      const std::string at = pointer + "/" + pointer_token(member.key());
      if (const json::value* property = properties.if_contains(member.key())) {
        check(member.value(), *property, at);
      } else if (additional != nullptr && additional->is_object()) {
        check(member.value(), *additional, at);
      } else if (additional != nullptr && additional->is_bool() && !additional->get_bool()) {
        const std::string key(member.key());
        fault(at, "unknown key '" + key + "'", nearest(key, known));
      }
    }
    if (const json::value* required = rules.if_contains("required"); required != nullptr && required->is_array())
      for (const json::value& name : required->get_array())
        if (name.is_string() && !object.contains(name.get_string()))
          fault(pointer + "/" + pointer_token(name.get_string()), "'" + std::string(name.get_string()) + "' is required");
  }

  void check_scalar(const json::value& value, const json::object& rules, const std::string& pointer) {
    if (const json::value* choices = rules.if_contains("enum"); choices != nullptr && choices->is_array()) {
      const json::array& allowed = choices->get_array();
      if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
        std::vector<std::string> words;
        std::string list;
        for (const json::value& one : allowed) {
          words.push_back(plain_text(one));
          list += (list.empty() ? "" : ", ") + words.back();
        }
        const std::string given = plain_text(value);
        fault(pointer, "'" + given + "' is not one of " + list, nearest(given, words));
      }
    }
    std::string broken = detail::broken_bound(value, number_in(rules, "minimum"), number_in(rules, "maximum"));
    if (!broken.empty()) fault(pointer, std::move(broken));
  }
};

}  // namespace

std::vector<Fault> validate(const json::value& value, const json::value& schema) {
  Validator validator;
  validator.check(value, schema, "");
  return std::move(validator.faults);
}

}  // namespace patchbay::config
