#include "hub/fields.hpp"

#include <boost/json/array.hpp>

namespace patchbay::conversion {

namespace json = boost::json;

std::string Path::text() const {
  std::string text = up_ != nullptr ? up_->text() : std::string();
  if (!key_.empty()) text.append(text.empty() ? "" : ".").append(key_);
  if (index_) text.append("[").append(std::to_string(*index_)).append("]");
  return text;
}

json::object& Fields::object_of(json::value& value, const Path& path) {
  if (json::object* const object = value.if_object()) return *object;
  throw Malformed(path.text(), "must be an object");
}

Fields::Found Fields::look(std::string_view key, std::string_view other) {
  const auto it = object_.find(key);
  if (it != object_.end()) taken_[static_cast<std::size_t>(it - object_.begin())] = true;
  if (it != object_.end() && !it->value().is_null()) return {&it->value(), key};
  return other.empty() ? Found{nullptr, key} : look(other, {});
}

json::value* Fields::find(std::string_view key, std::string_view other) { return look(key, other).value; }

json::value Fields::value(std::string_view key, std::string_view other) {
  json::value* const found = find(key, other);
  return found != nullptr ? std::move(*found) : json::value();
}

json::array* Fields::array(std::string_view key, std::string_view other) {
  const auto [found, name] = look(key, other);
  if (found != nullptr && !found->is_array()) fail(name, "must be an array");
  return found != nullptr ? &found->get_array() : nullptr;
}

json::object* Fields::object(std::string_view key, std::string_view other) {
  const auto [found, name] = look(key, other);
  if (found != nullptr && !found->is_object()) fail(name, "must be an object");
  return found != nullptr ? &found->get_object() : nullptr;
}

std::string Fields::string(std::string_view key, std::string_view other) {
  const auto [found, name] = look(key, other);
  if (found == nullptr) return {};
  if (!found->is_string()) fail(name, "must be a string");
  return std::string(found->get_string());
}

std::string Fields::required_string(std::string_view key) {
  if (find(key) == nullptr) fail(key, "is missing");
  return string(key);
}

std::optional<std::int64_t> Fields::integer(std::string_view key, std::string_view other) {
  const auto [found, name] = look(key, other);
  if (found == nullptr) return std::nullopt;
  json::error_code error;
  const auto number = found->to_number<std::int64_t>(error);
  if (error) fail(name, "must be a whole number");
  return number;
}

std::optional<bool> Fields::boolean(std::string_view key, std::string_view other) {
  const auto [found, name] = look(key, other);
  if (found == nullptr) return std::nullopt;
  if (!found->is_bool()) fail(name, "must be true or false");
  return found->get_bool();
}

std::vector<std::string> Fields::strings(std::string_view key, std::string_view other) {
  const auto [found, name] = look(key, other);
  if (found == nullptr) return {};
  if (found->is_string()) return {std::string(found->get_string())};
  if (!found->is_array()) fail(name, "must be a string or an array of strings");
  std::vector<std::string> strings;
  for (const json::value& one : found->get_array()) {
    if (!one.is_string()) fail(name, "must be a string or an array of strings");
    strings.emplace_back(one.get_string());
  }
  return strings;
}

void Fields::leave(std::string_view key) {
  if (const auto it = object_.find(key); it != object_.end()) taken_[static_cast<std::size_t>(it - object_.begin())] = false;
}

json::object Fields::rest() {
  json::object rest;
  std::size_t index = 0;
  for (auto& field : object_)
    if (!taken_[index++] && !field.value().is_null()) rest.emplace(field.key(), std::move(field.value()));
  return rest;
}

}  // namespace patchbay::conversion
