#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::field_mapping {

/// A dotted path into a JSON document; `*` stands for every element of an array and every member of an object, a number for an element.
/// `\.` is a dot inside a name.
class Path {
 public:
  /// Throws std::invalid_argument for an empty path or an empty step.
  explicit Path(std::string_view text);

  /// Calls `visit` with every object or array that holds the last step, and that step's name (an index as text), where it exists.
  void each(boost::json::value& root, const std::function<void(boost::json::value& holder, std::string_view step)>& visit) const;
  /// The same, and holders that lack the last step are visited too; objects on the way are not made.
  void each_holder(boost::json::value& root, const std::function<void(boost::json::value& holder, std::string_view step)>& visit) const;
  /// Whether the path leads anywhere in a document. Changes nothing.
  [[nodiscard]] bool exists(const boost::json::value& root) const;

  [[nodiscard]] const std::vector<std::string>& steps() const { return steps_; }

 private:
  std::vector<std::string> steps_;
};

/// The part of an object or array that a step names; null if there is none.
[[nodiscard]] boost::json::value* part_of(boost::json::value& holder, std::string_view step);
[[nodiscard]] const boost::json::value* part_of(const boost::json::value& holder, std::string_view step);

}  // namespace patchbay::field_mapping
