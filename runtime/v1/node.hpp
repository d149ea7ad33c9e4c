#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "config/located.hpp"

namespace patchbay::v1 {

/// Which parts of a document a reader has understood, by JSON pointer: the rest can be reported, so that nothing is lost in silence.
class Used {
 public:
  void add(const std::string& pointer) { pointers_.insert(pointer); }
  /// The parts that neither they nor anything in them, nor what they are in, was understood; each as far up as that holds.
  [[nodiscard]] std::vector<std::string> rest_of(const boost::json::value& document) const;

 private:
  void collect(const boost::json::value& value, const std::string& pointer, std::vector<std::string>& rest) const;
  std::set<std::string, std::less<>> pointers_;
};

/// A place in a document, or none. Reading a scalar from it marks it as used.
class Node {
 public:
  Node() = default;
  Node(const boost::json::value& value, Used& used, std::string pointer = {})
      : value_(&value), used_(&used), pointer_(std::move(pointer)) {}

  explicit operator bool() const { return value_ != nullptr; }
  [[nodiscard]] const std::string& pointer() const { return pointer_; }
  [[nodiscard]] bool is_object() const { return value_ != nullptr && value_->is_object(); }
  [[nodiscard]] bool is_array() const { return value_ != nullptr && value_->is_array(); }
  [[nodiscard]] bool is_text() const { return value_ != nullptr && value_->is_string(); }
  [[nodiscard]] bool is_empty() const;
  [[nodiscard]] const boost::json::value& value() const { return *value_; }

  /// The member of that name; none if there is none, or this is no object.
  [[nodiscard]] Node operator[](std::string_view name) const;
  /// The first member of these names that is there.
  [[nodiscard]] Node any(std::initializer_list<std::string_view> names) const;

  /// The text; empty if it is none.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::optional<std::uint64_t> count() const;
  /// `otherwise` unless it is true or false.
  [[nodiscard]] bool flag(bool otherwise) const;
  /// Marks it as used with all that is in it.
  void use() const;

  /// Calls `visit(name, node)` for each member of an object, in order.
  template <class Visit>
  void members(Visit visit) const {
    if (!is_object()) return;
    for (const auto& member : value_->get_object())
      visit(std::string(member.key()), visited(config::pointer_token(member.key()), member.value()));
  }
  /// Calls `visit(node)` for each element of an array.
  template <class Visit>
  void elements(Visit visit) const {
    if (!is_array()) return;
    std::size_t index = 0;
    for (const boost::json::value& element : value_->get_array()) visit(visited(std::to_string(index++), element));
  }

 private:
  [[nodiscard]] Node child(const std::string& token, const boost::json::value& value) const {
    return Node(value, *used_, pointer_ + "/" + token);
  }

  /// An empty one has been understood by being looked at.
  [[nodiscard]] Node visited(const std::string& token, const boost::json::value& value) const {
    Node node = child(token, value);
    if (node.is_empty()) node.use();
    return node;
  }

  const boost::json::value* value_ = nullptr;
  Used* used_ = nullptr;
  std::string pointer_;
};

}  // namespace patchbay::v1
