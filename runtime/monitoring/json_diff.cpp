#include "monitoring/json_diff.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <string>

#include "config/located.hpp"

namespace patchbay::monitoring {

namespace json = boost::json;

namespace {

class Comparison {
 public:
  explicit Comparison(std::size_t limit) : limit_(limit) {}

  void compare(const json::value& before, const json::value& after, const std::string& path) {
    if (found_.size() > limit_ || before == after) return;
    if (before.is_object() && after.is_object())
      compare_objects(before.get_object(), after.get_object(), path);
    else if (before.is_array() && after.is_array())
      compare_arrays(before.get_array(), after.get_array(), path);
    else
      add({{"op", "replace"}, {"path", path}, {"before", before}, {"after", after}});
  }

  json::array take() { return std::move(found_); }

 private:
  void compare_objects(const json::object& before, const json::object& after, const std::string& path) {
    for (const auto& [key, value] : before) {
      const json::value* const now = after.if_contains(key);
      if (now != nullptr)
        compare(value, *now, path + "/" + config::pointer_token(key));
      else
        add({{"op", "remove"}, {"path", path + "/" + config::pointer_token(key)}, {"before", value}});
    }
    for (const auto& [key, value] : after)
      if (!before.contains(key)) add({{"op", "add"}, {"path", path + "/" + config::pointer_token(key)}, {"after", value}});
  }

  void compare_arrays(const json::array& before, const json::array& after, const std::string& path) {
    for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
      const std::string place = path + "/" + std::to_string(i);
      if (i >= after.size())
        add({{"op", "remove"}, {"path", place}, {"before", before[i]}});
      else if (i >= before.size())
        add({{"op", "add"}, {"path", place}, {"after", after[i]}});
      else
        compare(before[i], after[i], place);
    }
  }

  void add(json::object change) {
    if (found_.size() < limit_)
      found_.push_back(std::move(change));
    else if (found_.size() == limit_)
      found_.push_back(json::object{{"op", "more"}});
  }

  const std::size_t limit_;
  json::array found_;
};

}  // namespace

json::value readable(std::string_view body) {
  json::error_code malformed;
  json::value value = json::parse(body, malformed);
  return malformed ? json::value(body) : value;
}

json::array json_diff(const json::value& before, const json::value& after, std::size_t limit) {
  Comparison comparison(limit);
  comparison.compare(before, after, "");
  return comparison.take();
}

}  // namespace patchbay::monitoring
