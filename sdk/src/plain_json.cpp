#include "patchbay/plain_json.hpp"

#include <array>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

namespace patchbay {

namespace json = boost::json;

namespace {

void append(std::string& text, double number) {
  if (!std::isfinite(number)) {
    text += "null";
    return;
  }
  std::array<char, 400> digits;  // at most 309 before the point, or 341 after it, a sign and a point
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed).ptr;
  text.append(digits.data(), end);
}

void append(std::string& text, const json::value& value);

void append(std::string& text, std::string_view string) { text += json::serialize(string); }

void append(std::string& text, const json::object& object) {
  text += '{';
  for (const json::key_value_pair& member : object) {
    if (&member != object.begin()) text += ',';
    append(text, std::string_view(member.key()));
    text += ':';
    append(text, member.value());
  }
  text += '}';
}

void append(std::string& text, const json::array& array) {
  text += '[';
  for (const json::value& element : array) {
    if (&element != array.begin()) text += ',';
    append(text, element);
  }
  text += ']';
}

void append(std::string& text, const json::value& value) {
  switch (value.kind()) {
    case json::kind::null: text += "null"; return;
    case json::kind::bool_: text += value.get_bool() ? "true" : "false"; return;
    case json::kind::int64: text += std::to_string(value.get_int64()); return;
    case json::kind::uint64: text += std::to_string(value.get_uint64()); return;
    case json::kind::double_: return append(text, value.get_double());
    case json::kind::string: return append(text, std::string_view(value.get_string()));
    case json::kind::array: return append(text, value.get_array());
    case json::kind::object: return append(text, value.get_object());
  }
}

template <class Value>
std::string text_of(const Value& value) {
  std::string text;
  append(text, value);
  return text;
}

}  // namespace

std::string plain_json(const json::value& value) { return text_of(value); }
std::string plain_json(const json::object& object) { return text_of(object); }
std::string plain_json(const json::array& array) { return text_of(array); }

std::string plain_text(const json::value& value) { return value.is_string() ? std::string(value.get_string()) : plain_json(value); }

}  // namespace patchbay
