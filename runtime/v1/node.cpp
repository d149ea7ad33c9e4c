#include "v1/node.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace patchbay::v1 {

namespace json = boost::json;

std::vector<std::string> Used::rest_of(const json::value& document) const {
  std::vector<std::string> rest;
  collect(document, "", rest);
  return rest;
}

void Used::collect(const json::value& value, const std::string& pointer, std::vector<std::string>& rest) const {
  const bool empty =
      (value.is_object() && value.get_object().empty()) || (value.is_array() && value.get_array().empty()) || value.is_null();
  if (empty || pointers_.find(pointer) != pointers_.end()) return;  // an empty part has nothing that could be lost
  const auto below = pointers_.lower_bound(pointer + "/");
  if (below == pointers_.end() || !below->starts_with(pointer + "/")) {
    rest.push_back(pointer);
    return;
  }
  if (const json::object* const object = value.if_object())
    for (const auto& member : *object) collect(member.value(), pointer + "/" + config::pointer_token(member.key()), rest);
  if (const json::array* const array = value.if_array())
    for (std::size_t i = 0; i < array->size(); ++i) collect((*array)[i], pointer + "/" + std::to_string(i), rest);
}

bool Node::is_empty() const {
  return value_ == nullptr || value_->is_null() || (value_->is_object() && value_->get_object().empty()) ||
         (value_->is_array() && value_->get_array().empty()) || (value_->is_string() && value_->get_string().empty());
}

Node Node::operator[](std::string_view name) const {
  if (!is_object()) return {};
  const json::value* const found = value_->get_object().if_contains({name.data(), name.size()});
  return found != nullptr ? child(config::pointer_token(name), *found) : Node();
}

Node Node::any(std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names)
    if (Node found = (*this)[name]; found) return found;
  return {};
}

std::string Node::text() const {
  if (!is_text()) return {};
  used_->add(pointer_);
  return std::string(value_->get_string());
}

std::optional<std::uint64_t> Node::count() const {
  if (value_ == nullptr || !value_->is_number()) return std::nullopt;
  json::error_code unfit;
  const auto number = value_->to_number<std::uint64_t>(unfit);
  if (unfit) return std::nullopt;
  used_->add(pointer_);
  return number;
}

bool Node::flag(bool otherwise) const {
  if (value_ == nullptr || !value_->is_bool()) return otherwise;
  used_->add(pointer_);
  return value_->get_bool();
}

void Node::use() const {
  if (value_ != nullptr) used_->add(pointer_);
}

}  // namespace patchbay::v1
