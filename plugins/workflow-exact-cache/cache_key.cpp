#include "cache_key.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <charconv>

namespace patchbay::exact_cache {

namespace json = boost::json;

namespace {

void write(const json::value& value, std::string& out) {
  if (value.is_object()) {
    std::vector<const json::key_value_pair*> members;
    for (const auto& one : value.get_object()) members.push_back(&one);
    std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) { return a->key() < b->key(); });
    out += '{';
    for (const auto* one : members) {
      out.append(json::serialize(json::value(one->key()))).append(":");
      write(one->value(), out);
      out += ',';
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    for (const json::value& one : value.get_array()) {
      write(one, out);
      out += ',';
    }
    out += ']';
  } else {
    out += json::serialize(value);
  }
}

const json::value* find(const Request& request, std::string_view pointer) {
  json::error_code missing;
  return request.body.read().find_pointer(pointer, missing);
}

bool is_zero(const json::value* value) { return value != nullptr && value->is_number() && value->to_number<double>() == 0; }

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

void read_directive(std::string_view text, CacheControl& into) {
  constexpr std::string_view max_age = "max-age=";
  if (equals_ignoring_case(text, "no-store")) into.no_store = true;
  if (equals_ignoring_case(text, "no-cache")) into.no_cache = true;
  if (equals_ignoring_case(text, "only-if-cached")) into.only_if_cached = true;
  if (text.size() <= max_age.size() || !equals_ignoring_case(text.substr(0, max_age.size()), max_age)) return;
  std::uint32_t seconds = 0;
  const std::string_view digits = text.substr(max_age.size());
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (fault == std::errc() && end == digits.data() + digits.size()) into.max_age = std::chrono::seconds(seconds);
}

}  // namespace

std::string cache_key(const Request& request, const std::vector<std::string>& vary, const std::vector<std::string>& ignored) {
  std::string key = request.protocol + "\n" + std::string(name_of(request.operation)) + (request.stream() ? "\nstream\n" : "\nwhole\n") +
                    request.model() + "\n";
  for (const std::string& name : vary)
    for (const Header& header : request.headers)
      if (equals_ignoring_case(header.name, name)) key.append(name).append(": ").append(header.value).append("\n");
  const json::value& body = request.body.read();
  if (!body.is_object()) {
    write(body, key);
    return key;
  }
  json::object rest = body.get_object();
  rest.erase("stream");  // said above, also for protocols that have it in the path
  for (const std::string& field : ignored) rest.erase(field);
  write(rest, key);
  return key;
}

bool is_deterministic(const Request& request) {
  if (request.operation != Operation::generate) return true;
  if (request.protocol == "ollama-chat") return is_zero(find(request, "/options/temperature"));
  if (request.protocol != protocols::gemini) return is_zero(find(request, "/temperature"));
  return is_zero(find(request, "/generationConfig/temperature")) || is_zero(find(request, "/generation_config/temperature"));
}

bool is_stateful(const Request& request) {
  for (const std::string_view field : {"/previous_response_id", "/conversation", "/background", "/container", "/cachedContent"}) {
    const json::value* const value = find(request, field);
    if (value != nullptr && !value->is_null() && *value != false) return true;
  }
  return false;
}

CacheControl cache_control(const Headers& headers) {
  CacheControl control;
  for (const Header& header : headers) {
    if (!equals_ignoring_case(header.name, "cache-control")) continue;
    for (std::string_view rest = header.value; !rest.empty();) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      read_directive(trimmed(rest.substr(0, comma)), control);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return control;
}

}  // namespace patchbay::exact_cache
