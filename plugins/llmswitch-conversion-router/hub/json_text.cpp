#include "hub/json_text.hpp"

#include <boost/json/parse.hpp>

namespace patchbay::conversion {

namespace json = boost::json;

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(text, copied, i - copied);
    copied = i + 1;
    switch (byte) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default: out.append("\\u00").append(1, "0123456789abcdef"[byte >> 4]).append(1, "0123456789abcdef"[byte & 15]);
    }
  }
  out.append(text, copied);
  out += '"';
}

json::value arguments_value(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return json::object();
  json::error_code error;
  json::value value = json::parse(text, error);
  return error ? json::value(json::string(text)) : value;
}

bool says(const json::value& value, std::string_view text) { return value.is_string() && std::string_view(value.get_string()) == text; }

std::string string_at(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t integer_at(const json::object& object, std::string_view key, std::int64_t otherwise) {
  const json::value* const value = object.if_contains(key);
  return value != nullptr && value->is_int64() ? value->get_int64() : otherwise;
}

json::value as_content(json::array&& parts) {
  if (parts.size() == 1 && parts.front().get_object().size() == 2 && parts.front().get_object().contains("text"))
    return std::move(parts.front().get_object()["text"]);
  return std::move(parts);
}

void put(json::object& object, std::string_view key, json::value value) {
  if (value.is_null() || (value.is_string() && value.get_string().empty())) return;
  object[key] = std::move(value);
}

void merge(json::object& into, json::object&& extras) {
  for (auto& field : extras)
    if (!into.contains(field.key())) into.emplace(field.key(), std::move(field.value()));
}

}  // namespace patchbay::conversion
