#include "patchbay/config.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>

namespace patchbay::config {

namespace json = boost::json;

namespace {

std::string summary(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    if (!text.empty()) text += "; ";
    if (!fault.pointer.empty()) text += fault.pointer + ": ";
    text += fault.message;
    if (!fault.suggestion.empty()) text += " (did you mean '" + fault.suggestion + "'?)";
  }
  return text;
}

/// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row.back();
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t at = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, at));
    text.remove_prefix(std::min(at + 1, text.size()));
  }
  return parts;
}

std::string joined(std::span<const std::string> words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

/// Takes a bound of the type's own out of the schema of an integer, where a Doc's replaces it.
void drop_bound(std::string& schema, std::string_view name) {
  if (!schema.starts_with(R"({"type":"integer")")) return;
  const std::size_t at = schema.find(",\"" + std::string(name) + "\":");
  if (at != std::string::npos) schema.erase(at, std::min(schema.find(',', at + 1), schema.size()) - at);
}

}  // namespace

Error::Error(std::vector<Fault> faults) : std::runtime_error(summary(faults)), faults_(std::move(faults)) {}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  std::string best;
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t steps = distance(word, candidate);
    if (steps < least) {
      least = steps;
      best = candidate;
    }
  }
  return best;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [unit_at, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count < 0) return std::nullopt;
  const std::string_view unit(unit_at, static_cast<std::size_t>(text.data() + text.size() - unit_at));
  std::int64_t factor = 0;
  if (unit == "ms") factor = 1;
  if (unit == "s") factor = 1000;
  if (unit == "m") factor = 60'000;
  if (unit == "h") factor = 3'600'000;
  if (factor == 0 || count > longest_duration.count() / factor) return std::nullopt;
  return std::chrono::milliseconds(count * factor);
}

namespace detail {

std::string_view kind_name(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null: return "null";
    case json::kind::bool_: return "a boolean";
    case json::kind::int64:
    case json::kind::uint64: return "an integer";
    case json::kind::double_: return "a number";
    case json::kind::string: return "a string";
    case json::kind::array: return "an array";
    case json::kind::object: return "a table";
  }
  return "something else";
}

std::optional<std::chrono::milliseconds> duration_of(const json::value& value) {
  if (value.is_int64() && value.get_int64() >= 0 && value.get_int64() <= longest_duration.count())
    return std::chrono::milliseconds(value.get_int64());
  return value.is_string() ? parse_duration(value.get_string()) : std::nullopt;
}

std::string broken_bound(const json::value& value, std::optional<double> minimum, std::optional<double> maximum) {
  double number = 0;
  std::string_view unit;
  if (value.is_number()) {
    number = value.to_number<double>();
  } else if (const auto duration = duration_of(value)) {
    number = static_cast<double>(duration->count());
    unit = "ms";
  } else {
    return {};
  }
  if (minimum && number < *minimum) return ("must be at least " + to_text(*minimum)).append(unit);
  if (maximum && number > *maximum) return ("must be at most " + to_text(*maximum)).append(unit);
  return {};
}

Reader::Step::Step(Reader& reader, std::string_view token) : reader_(reader), length_(reader.pointer_.size()) {
  reader_.pointer_ += '/';
  for (const char c : token) {
    if (c == '~')
      reader_.pointer_ += "~0";
    else if (c == '/')
      reader_.pointer_ += "~1";
    else
      reader_.pointer_ += c;
  }
}

void Reader::expected(std::string_view wanted, const json::value& found) {
  fault("expected " + std::string(wanted) + ", found " + std::string(kind_name(found)));
}

void Reader::read(const json::value& value, bool& into) {
  if (value.is_bool())
    into = value.get_bool();
  else
    expected("true or false", value);
}

void Reader::read(const json::value& value, double& into) {
  if (value.is_number())
    into = value.to_number<double>();
  else
    expected("a number", value);
}

void Reader::read(const json::value& value, std::string& into) {
  if (value.is_string())
    into = std::string_view(value.get_string());
  else
    expected("a string", value);
}

void Reader::read(const json::value& value, std::chrono::milliseconds& into) {
  if (const auto duration = duration_of(value))
    into = *duration;
  else
    fault(std::string(duration_expected));
}

void Reader::read(const json::value& value, json::value& into) { into = value; }

void Reader::read_integer(const json::value& value, std::int64_t least, std::uint64_t most, std::int64_t& into_signed,
                          std::uint64_t& into_unsigned) {
  if (!value.is_int64() && !value.is_uint64()) {
    expected("an integer", value);
    return;
  }
  const bool too_small = value.is_int64() && value.get_int64() < least;
  const bool too_large =
      value.is_uint64() ? value.get_uint64() > most : value.get_int64() > 0 && static_cast<std::uint64_t>(value.get_int64()) > most;
  if (too_small) fault("must be at least " + std::to_string(least));
  if (too_large) fault("must be at most " + std::to_string(most));
  if (too_small || too_large) return;
  into_signed = value.is_int64() ? value.get_int64() : static_cast<std::int64_t>(value.get_uint64());
  into_unsigned = static_cast<std::uint64_t>(into_signed);
}

void Reader::check(const json::value& value, const Doc& doc) {
  if (std::string broken = broken_bound(value, doc.minimum, doc.maximum); !broken.empty()) fault(std::move(broken));
  if (!doc.choices.empty()) {
    const std::vector<std::string> choices = split(doc.choices, '|');
    read_choice(*this, value, choices);
  }
}

const json::value* Reader::member(const json::value& object, std::string_view name) const { return object.get_object().if_contains(name); }

bool Reader::is_object(const json::value& value) {
  if (!value.is_object()) expected("a table", value);
  return value.is_object();
}

void Reader::refuse_others(const json::value& object, std::span<const std::string> known) {
  for (const auto& member : object.get_object()) {
    const std::string name(member.key());
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const Step step(*this, name);
    fault("unknown key '" + name + "'", nearest(name, known));
  }
}

bool Reader::open_array(const json::value& value, std::size_t& size) {
  if (!value.is_array()) {
    expected("an array", value);
    return false;
  }
  size = value.get_array().size();
  return true;
}

const json::value& Reader::element(const json::value& array, std::size_t index) const { return array.get_array()[index]; }

std::vector<std::pair<std::string, const json::value*>> Reader::members(const json::value& value) {
  std::vector<std::pair<std::string, const json::value*>> found;
  if (is_object(value))
    for (const auto& member : value.get_object()) found.emplace_back(member.key(), &member.value());
  return found;
}

std::string read_choice(Reader& reader, const json::value& value, std::span<const std::string> choices) {
  if (!value.is_string()) {
    reader.expected("a string", value);
    return {};
  }
  const std::string word(value.get_string());
  if (std::find(choices.begin(), choices.end(), word) == choices.end()) {
    reader.fault("'" + word + "' is not one of " + joined(choices), nearest(word, choices));
    return {};
  }
  return word;
}

std::string json_quoted(std::string_view text) { return json::serialize(json::string(text)); }

std::string to_text(double value) {
  if (std::floor(value) == value && std::abs(value) < 1e15) return std::to_string(static_cast<std::int64_t>(value));
  return json::serialize(json::value(value));
}

std::string to_text(const json::value& value) { return value.is_null() ? std::string() : json::serialize(value); }

std::string object_schema(std::span<const Property> properties) {
  std::string members;
  std::string required;
  for (const Property& property : properties) {
    std::string schema = property.schema;
    schema.pop_back();  // its closing brace
    const auto add = [&schema](std::string_view name, std::string_view value) {
      if (schema.size() > 1) schema += ',';
      schema += json_quoted(name) + ":";
      schema += value;
    };
    const Doc* const doc = property.doc;
    if (doc != nullptr) {
      if (!doc->text.empty()) add("description", json_quoted(doc->text));
      if (doc->minimum) {
        drop_bound(schema, "minimum");
        add("minimum", to_text(*doc->minimum));
      }
      if (doc->maximum) {
        drop_bound(schema, "maximum");
        add("maximum", to_text(*doc->maximum));
      }
      if (!doc->choices.empty()) {
        std::string choices;
        for (const std::string& choice : split(doc->choices, '|')) choices += (choices.empty() ? "" : ",") + json_quoted(choice);
        add("enum", "[" + choices + "]");
      }
      if (doc->secret) add("writeOnly", "true");
      if (!doc->example.empty()) add("examples", "[" + std::string(doc->example) + "]");
      if (doc->required) required += (required.empty() ? "" : ",") + json_quoted(property.name);
    }
    if (!property.default_value.empty() && !(doc != nullptr && doc->required)) add("default", property.default_value);
    members += (members.empty() ? "" : ",") + json_quoted(property.name) + ":" + schema + "}";
  }
  std::string text = R"({"type":"object","properties":{)" + members + R"(},"additionalProperties":false)";
  if (!required.empty()) text += R"(,"required":[)" + required + "]";
  return text + "}";
}

}  // namespace detail

}  // namespace patchbay::config
