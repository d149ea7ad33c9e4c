#include "plugins/validator/config_generator.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <functional>
#include <limits>

#include "config/schema_validator.hpp"

namespace patchbay::plugins::validator {

namespace json = boost::json;

namespace {

constexpr std::string_view unknown_key = "nobody-knows-this-key";
constexpr int deepest = 6;

const json::value* rule(const json::value& schema, std::string_view name) {
  const json::object* const rules = schema.if_object();
  return rules == nullptr ? nullptr : rules->if_contains(name);
}

bool is_duration(const json::value& schema) {
  const json::value* const format = rule(schema, "format");
  return format != nullptr && *format == "duration";
}

/// The one type of a value; empty if there may be several, or any.
std::string_view type_of(const json::value& schema) {
  const json::value* const type = rule(schema, "type");
  return type != nullptr && type->is_string() ? std::string_view(type->get_string()) : std::string_view();
}

std::int64_t bound(const json::value& schema, std::string_view name, std::int64_t otherwise) {
  const json::value* const given = rule(schema, name);
  if (given == nullptr || !given->is_number()) return otherwise;
  const double number = given->to_number<double>();
  constexpr double limit = 9e18;
  return static_cast<std::int64_t>(std::clamp(number, -limit, limit));
}

json::value plainest(const json::value& schema, int depth) {
  if (const json::value* const examples = rule(schema, "examples");
      examples != nullptr && examples->is_array() && !examples->get_array().empty())
    return examples->get_array()[0];
  if (const json::value* const value = rule(schema, "default")) return *value;
  if (const json::value* const choices = rule(schema, "enum"); choices != nullptr && choices->is_array() && !choices->get_array().empty())
    return choices->get_array()[0];
  const std::string_view type = type_of(schema);
  if (is_duration(schema) || type == "integer")
    return std::clamp<std::int64_t>(1, bound(schema, "minimum", std::numeric_limits<std::int64_t>::min()),
                                    bound(schema, "maximum", std::numeric_limits<std::int64_t>::max()));
  if (type == "number") return static_cast<double>(bound(schema, "minimum", 0));
  if (type == "boolean") return false;
  if (type == "array") return json::array();
  if (type == "object" && depth < deepest) return smallest_config(schema);
  if (type == "object") return json::object();
  return "example";
}

std::string random_text(Random& random) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABC0123456789-_./ ${}*\"\\\n";
  std::string text;
  for (std::uint64_t left = random.below(12); left > 0; --left) text += letters[random.below(letters.size())];
  return text;
}

json::value random_value(const json::value& schema, Random& random, int depth) {
  if (const json::value* const choices = rule(schema, "enum"); choices != nullptr && choices->is_array() && !choices->get_array().empty())
    return choices->get_array()[random.below(choices->get_array().size())];
  if (const json::value* const value = rule(schema, "default"); value != nullptr && random.below(3) == 0) return *value;
  const std::string_view type = type_of(schema);
  if (is_duration(schema) || type == "integer") {
    const std::int64_t least = bound(schema, "minimum", is_duration(schema) ? 0 : -1000);
    const std::int64_t most = std::min(bound(schema, "maximum", least + 100'000), least + 100'000);
    return least + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most - least) + 1));
  }
  if (type == "number")
    return static_cast<double>(bound(schema, "minimum", 0)) + (rule(schema, "maximum") ? 0.0 : static_cast<double>(random.below(100)) / 8);
  if (type == "boolean") return random.below(2) == 0;
  if (type == "array") {
    json::array array;
    const json::value* const items = rule(schema, "items");
    if (items != nullptr && depth < deepest)
      for (std::uint64_t left = random.below(3); left > 0; --left) array.push_back(random_value(*items, random, depth + 1));
    return array;
  }
  if (type == "object") {
    json::object object;
    const json::value* const properties = rule(schema, "properties");
    const json::value* const required = rule(schema, "required");
    if (properties != nullptr && properties->is_object())
      for (const auto& property : properties->get_object()) {
        const bool needed = required != nullptr && required->is_array() &&
                            std::any_of(required->get_array().begin(), required->get_array().end(),
                                        [&](const json::value& name) { return name == property.key(); });
        if (needed || (depth < deepest && random.below(3) == 0)) object[property.key()] = random_value(property.value(), random, depth + 1);
      }
    const json::value* const others = rule(schema, "additionalProperties");
    if (others != nullptr && others->is_object() && depth < deepest)
      for (std::uint64_t left = random.below(3); left > 0; --left)
        object["key" + std::to_string(left)] = random_value(*others, random, depth + 1);
    return object;
  }
  return json::value(random_text(random));
}

json::value* find_at(json::value& root, const std::string& pointer) {
  boost::system::error_code missing;
  return root.find_pointer(pointer, missing);
}

/// The key that a part of a JSON pointer stands for (RFC 6901, section 4).
std::string unescaped(std::string_view token) {
  std::string key;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size();
    key += !escape ? token[i] : token[++i] == '1' ? '/' : '~';
  }
  return key;
}

/// Walks through every part of a schema; at each, `visit` gets its schema, a whole configuration that has it, and its place there.
class Walk {
 public:
  using Visit = std::function<void(const json::value& schema, const json::value& config, const std::string& pointer)>;
  explicit Walk(Visit visit) : visit_(std::move(visit)) {}

  void go(const json::value& schema, const json::value& config, const std::string& pointer, int depth) const {
    visit_(schema, config, pointer);
    if (depth == deepest) return;
    if (const json::value* const properties = rule(schema, "properties"); properties != nullptr && properties->is_object())
      for (const auto& property : properties->get_object())
        into(property.value(), config, pointer, property.key(), plainest(property.value(), depth + 1), depth);
    if (const json::value* const items = rule(schema, "items"))
      into(*items, with(config, pointer, json::array{plainest(*items, depth + 1)}), pointer, "0", plainest(*items, depth + 1), depth);
    if (const json::value* const others = rule(schema, "additionalProperties"); others != nullptr && others->is_object())
      into(*others, config, pointer, "key", plainest(*others, depth + 1), depth);
  }

  static json::value with(const json::value& config, const std::string& pointer, json::value value) {
    json::value copy = config;
    set(copy, pointer, std::move(value));
    return copy;
  }

 private:
  static void set(json::value& root, const std::string& pointer, json::value value) {
    if (pointer.empty()) {
      root = std::move(value);
      return;
    }
    // The walk goes down one step at a time, so the holder is there.
    const std::size_t slash = pointer.rfind('/');
    json::value& holder = *find_at(root, pointer.substr(0, slash));
    const std::string token = pointer.substr(slash + 1);
    if (json::array* const array = holder.if_array()) {
      if (array->empty()) array->emplace_back(nullptr);
      array->at(0) = std::move(value);
    } else if (holder.is_object()) {
      holder.get_object()[unescaped(token)] = std::move(value);
    }
  }

  void into(const json::value& schema, const json::value& config, const std::string& pointer, std::string_view key, json::value value,
            int depth) const {
    const std::string place = pointer + "/" + config::pointer_token(key);
    // The value of an array or a table is looked into with an element that the walk puts there.
    go(schema, with(config, place, std::move(value)), place, depth + 1);
  }

  Visit visit_;
};

std::string shown(const json::value& value) {
  constexpr std::size_t longest = 60;
  std::string text = json::serialize(value);
  return text.size() > longest ? text.substr(0, longest) + "…" : text;
}

}  // namespace

json::value smallest_config(const json::value& schema) {
  json::object config;
  const json::value* const properties = rule(schema, "properties");
  const json::value* const required = rule(schema, "required");
  if (properties != nullptr && properties->is_object() && required != nullptr && required->is_array())
    for (const json::value& name : required->get_array())
      if (name.is_string() && properties->get_object().contains(name.get_string()))
        config[name.get_string()] = plainest(properties->at(name.get_string()), 1);
  return config;
}

json::value random_config(const json::value& schema, Random& random) { return random_value(schema, random, 0); }

std::vector<Variation> allowed_variations(const json::value& schema, const json::value& base) {
  std::vector<Variation> variations;
  const json::value* const properties = rule(schema, "properties");
  if (properties == nullptr || !properties->is_object()) return variations;
  for (const auto& property : properties->get_object()) {
    const std::string pointer = "/" + config::pointer_token(property.key());
    const auto add = [&](json::value value, bool bound) {
      std::string text = shown(value);
      variations.push_back({Walk::with(base, pointer, std::move(value)), pointer, std::move(text), bound});
    };
    const json::value& rules = property.value();
    if (const json::value* const value = rule(rules, "default")) add(*value, false);
    if (const json::value* const examples = rule(rules, "examples"); examples != nullptr && examples->is_array())
      for (const json::value& example : examples->get_array()) add(example, false);
    if (const json::value* const choices = rule(rules, "enum"); choices != nullptr && choices->is_array())
      for (const json::value& choice : choices->get_array()) add(choice, false);
    if (type_of(rules) == "boolean") {
      add(false, false);
      add(true, false);
    }
    if (type_of(rules) == "integer" || is_duration(rules)) {
      if (rule(rules, "minimum") != nullptr) add(bound(rules, "minimum", 0), true);
      if (rule(rules, "maximum") != nullptr) add(bound(rules, "maximum", 0), true);
      if (is_duration(rules)) add("250ms", false);
    }
  }
  // What the schema itself refuses is no promise: a bound below a type's own.
  std::erase_if(variations, [&](const Variation& one) { return !config::validate(one.config, schema).empty(); });
  return variations;
}

std::vector<Variation> forbidden_variations(const json::value& schema, const json::value& base) {
  std::vector<Variation> variations;
  const Walk walk([&](const json::value& rules, const json::value& config, const std::string& pointer) {
    const auto add = [&](json::value value) {
      std::string text = shown(value);
      variations.push_back({Walk::with(config, pointer, std::move(value)), pointer, std::move(text)});
    };
    for (json::value other : {json::value("a text"), json::value(true), json::value(12.5), json::value(-7),
                              json::value(json::array{1, json::object{}}), json::value(json::object{{"a", 1}}), json::value(nullptr)})
      add(std::move(other));
    if (const json::value* const least = rule(rules, "minimum"); least != nullptr && bound(rules, "minimum", 0) > -(1LL << 60))
      add(bound(rules, "minimum", 0) - 1);
    if (const json::value* const most = rule(rules, "maximum"); most != nullptr && bound(rules, "maximum", 0) < (1LL << 60))
      add(bound(rules, "maximum", 0) + 1);
    if (const json::value* const required = rule(rules, "required"); required != nullptr && required->is_array())
      for (const json::value& name : required->get_array()) {
        if (!name.is_string()) continue;
        const std::string place = pointer + "/" + config::pointer_token(name.get_string());
        json::value without = config;
        json::value* const holder = pointer.empty() ? &without : find_at(without, pointer);
        if (holder == nullptr || !holder->is_object()) continue;
        holder->get_object().erase(name.get_string());
        variations.push_back({std::move(without), place, "nothing"});
      }
  });
  walk.go(schema, base, "", 0);
  // Only what the schema forbids at that place counts.
  std::erase_if(variations, [&](const Variation& one) {
    const auto faults = config::validate(one.config, schema);
    return std::none_of(faults.begin(), faults.end(), [&](const config::Fault& fault) { return fault.pointer == one.pointer; });
  });
  return variations;
}

std::vector<Variation> unknown_keys(const json::value& schema, const json::value& base) {
  std::vector<Variation> variations;
  const Walk walk([&](const json::value& rules, const json::value& config, const std::string& pointer) {
    const json::value* const others = rule(rules, "additionalProperties");
    if (type_of(rules) != "object" || others == nullptr || !others->is_bool() || others->get_bool()) return;
    const std::string place = pointer + "/" + std::string(unknown_key);
    variations.push_back({Walk::with(config, place, 1), place, "1"});
  });
  walk.go(schema, base, "", 0);
  return variations;
}

}  // namespace patchbay::plugins::validator
