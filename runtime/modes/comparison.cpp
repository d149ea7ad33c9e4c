#include "modes/comparison.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <set>

#include "config/located.hpp"
#include "config/mode_settings.hpp"
#include "patchbay/plain_json.hpp"

namespace patchbay::modes {

namespace json = boost::json;

namespace {

constexpr std::size_t most_differences = 64;
constexpr std::size_t longest_shown = 300;

std::vector<std::string> parts_of(std::string_view pointer) {
  std::vector<std::string> parts;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = pointer.find('/');
    parts.emplace_back(pointer.substr(0, end));
    if (end == std::string_view::npos) break;
    pointer.remove_prefix(end);
  }
  return parts;
}

using Parts = std::vector<std::string>;

bool matches(Parts::const_iterator pattern, Parts::const_iterator pattern_end, Parts::const_iterator part, Parts::const_iterator end) {
  if (pattern == pattern_end) return part == end;
  if (*pattern == "**")
    return matches(pattern + 1, pattern_end, part, end) || (part != end && matches(pattern, pattern_end, part + 1, end));
  return part != end && (*pattern == "*" || *pattern == *part) && matches(pattern + 1, pattern_end, part + 1, end);
}

std::string shown(const json::value& value) {
  std::string text = plain_json(value);
  if (text.size() <= longest_shown) return text;
  std::size_t end = longest_shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not within a character
  text.resize(end);
  return text + "…";
}

std::string_view type_of(const json::value& value) {
  if (value.is_number()) return "number";
  switch (value.kind()) {
    case json::kind::null: return "null";
    case json::kind::bool_: return "boolean";
    case json::kind::string: return "string";
    case json::kind::array: return "array";
    default: return "object";
  }
}

/// Which members a value has, and of what types; an array's elements are taken together.
void add_shape(const json::value& value, const std::string& path, std::set<std::string>& shape) {
  shape.insert(path + " " + std::string(type_of(value)));
  if (const json::object* const object = value.if_object())
    for (const auto& member : *object) add_shape(member.value(), path + "/" + config::pointer_token(member.key()), shape);
  if (const json::array* const array = value.if_array())
    for (const json::value& element : *array) add_shape(element, path + "/*", shape);
}

/// Gathers the shapes of events under the names that tell them apart.
std::map<std::string, std::set<std::string>> shapes_of(const std::vector<EventText>& events) {
  std::map<std::string, std::set<std::string>> shapes;
  for (const EventText& event : events) {
    boost::system::error_code malformed;
    const json::value data = json::parse(event.data, malformed);
    add_shape(malformed ? json::value(event.data) : data, "", shapes[event.name.empty() ? "event" : event.name]);
  }
  return shapes;
}

}  // namespace

json::object describe(const Difference& difference) {
  json::object shown{{"path", difference.path}, {"v1", nullptr}, {"v2", nullptr}};
  if (!difference.v1.empty()) shown["v1"] = difference.v1;
  if (!difference.v2.empty()) shown["v2"] = difference.v2;
  return shown;
}

std::string general_path(std::string_view path) {
  std::string general;
  for (const std::string& part : parts_of(path)) {
    const bool is_index = !part.empty() && std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
    general += "/" + (is_index ? std::string("*") : part);
  }
  return general;
}

Ignored::Ignored(const std::vector<std::string>& patterns) {
  for (const std::string& pattern : patterns) patterns_.push_back(parts_of(pattern));
}

bool Ignored::covers(std::string_view path) const {
  const Parts parts = parts_of(path);
  return std::any_of(patterns_.begin(), patterns_.end(),
                     [&](const Parts& pattern) { return matches(pattern.begin(), pattern.end(), parts.begin(), parts.end()); });
}

const Ignored& default_ignored() {
  static const Ignored ignored(config::ShadowSettings{}.ignore);
  return ignored;
}

void Comparison::differ(const std::string& path, std::string v1, std::string v2) {
  if (ignored_.covers(path)) return;
  if (differences_.size() < most_differences) differences_.push_back({path, std::move(v1), std::move(v2)});
  ++found_;
}

void Comparison::value(const json::value& v1, const json::value& v2, const std::string& path) {
  if (ignored_.covers(path)) return;
  const json::object* const object = v1.if_object();
  const json::object* const other = v2.if_object();
  if (object != nullptr && other != nullptr) {
    for (const auto& member : *object) {
      const std::string at = path + "/" + config::pointer_token(member.key());
      if (const json::value* const counterpart = other->if_contains(member.key()))
        value(member.value(), *counterpart, at);
      else
        differ(at, shown(member.value()), {});
    }
    for (const auto& member : *other)
      if (!object->contains(member.key())) differ(path + "/" + config::pointer_token(member.key()), {}, shown(member.value()));
    return;
  }
  const json::array* const array = v1.if_array();
  const json::array* const other_array = v2.if_array();
  if (array != nullptr && other_array != nullptr) {
    const std::size_t common = std::min(array->size(), other_array->size());
    const std::size_t compared = what_ == What::shapes ? std::min<std::size_t>(common, 1) : common;
    for (std::size_t i = 0; i < compared; ++i) value((*array)[i], (*other_array)[i], path + "/" + std::to_string(i));
    if (what_ == What::shapes) return;
    for (std::size_t i = common; i < array->size(); ++i) differ(path + "/" + std::to_string(i), shown((*array)[i]), {});
    for (std::size_t i = common; i < other_array->size(); ++i) differ(path + "/" + std::to_string(i), {}, shown((*other_array)[i]));
    return;
  }
  if (what_ == What::shapes ? type_of(v1) == type_of(v2) : v1 == v2) return;
  if (v1.is_number() && v2.is_number() && v1.to_number<double>() == v2.to_number<double>()) return;
  differ(path, shown(v1), shown(v2));
}

void Comparison::text(std::string_view v1, std::string_view v2, const std::string& path) {
  if (v1 == v2) return;
  boost::system::error_code malformed;
  boost::system::error_code malformed_too;
  const json::value one = json::parse(v1, malformed);
  const json::value other = json::parse(v2, malformed_too);
  if (malformed || malformed_too)
    differ(path, shown(json::string(v1)), shown(json::string(v2)));
  else
    value(one, other, path);
}

void Comparison::answers(const SeenAnswer& v1, const SeenAnswer& v2) {
  const auto kind_of = [](const SeenAnswer& answer) {
    if (answer.error) return std::string("\"error: " + answer.error->message + "\"");
    if (answer.response) return std::string("\"a response\"");
    return answer.complete ? std::string("\"a stream\"") : std::string("\"an answer that was not complete\"");
  };
  if (v1.error.has_value() != v2.error.has_value() || v1.response.has_value() != v2.response.has_value())
    return differ("/answer", kind_of(v1), kind_of(v2));
  if (v1.response) text(*v1.response, *v2.response, "/response");
  if (what_ == What::shapes)
    event_shapes(v1, v2);
  else
    events(v1, v2);
  if (!v1.error) return;
  if (v1.error->http_status() != v2.error->http_status())
    differ("/error/status", std::to_string(v1.error->http_status()), std::to_string(v2.error->http_status()));
  if (v1.error->code != v2.error->code)
    differ("/error/code", json::serialize(json::string(v1.error->code)), json::serialize(json::string(v2.error->code)));
}

void Comparison::events(const SeenAnswer& v1, const SeenAnswer& v2) {
  const std::size_t common = std::min(v1.events.size(), v2.events.size());
  for (std::size_t i = 0; i < common; ++i) {
    const std::string at = "/events/" + std::to_string(i);
    if (v1.events[i].name != v2.events[i].name)
      differ(at, json::serialize(json::string(v1.events[i].name)), json::serialize(json::string(v2.events[i].name)));
    else
      text(v1.events[i].data, v2.events[i].data, at);
  }
  if (v1.events.size() != v2.events.size())
    differ("/events", std::to_string(v1.events.size()) + " events", std::to_string(v2.events.size()) + " events");
}

void Comparison::event_shapes(const SeenAnswer& v1, const SeenAnswer& v2) {
  const auto one = shapes_of(v1.events);
  const auto other = shapes_of(v2.events);
  const auto missing_in = [this](const auto& there, const auto& here, bool in_v2) {
    for (const auto& [name, shape] : there) {
      const auto counterpart = here.find(name);
      const std::string at = "/events/" + config::pointer_token(name);
      if (counterpart == here.end()) {
        differ(at, in_v2 ? "an event" : "", in_v2 ? "" : "an event");
        continue;
      }
      for (const std::string& part : shape) {
        const std::size_t space = part.rfind(' ');
        if (!counterpart->second.contains(part))
          differ(at + part.substr(0, space), in_v2 ? part.substr(space + 1) : "", in_v2 ? "" : part.substr(space + 1));
      }
    }
  };
  missing_in(one, other, true);
  missing_in(other, one, false);
}

}  // namespace patchbay::modes
