#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace re2 {
class RE2;
}

namespace patchbay::hooks {

/// Which events a hook wants, by their data: every named field must be there and its text must match. [request: concurrent]
class FieldFilter {
 public:
  /// Field → regular expression (RE2), searched in the field's text; numbers and truth values as JSON writes them. Throws
  /// std::invalid_argument naming the field whose expression is none.
  explicit FieldFilter(const std::map<std::string, std::string>& patterns);
  ~FieldFilter();
  FieldFilter(FieldFilter&&) noexcept;
  FieldFilter& operator=(FieldFilter&&) noexcept;

  [[nodiscard]] bool takes(const boost::json::object& data) const;

 private:
  struct Field {
    std::string name;
    std::unique_ptr<re2::RE2> pattern;
  };
  std::vector<Field> fields_;
};

}  // namespace patchbay::hooks
