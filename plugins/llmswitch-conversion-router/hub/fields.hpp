#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::conversion {

/// A message is not what its protocol says. `field` is where, as `messages[2].role`.
class Malformed : public std::runtime_error {
 public:
  Malformed(std::string field, const std::string& what) : std::runtime_error(field + ": " + what), field_(std::move(field)) {}
  [[nodiscard]] const std::string& field() const { return field_; }

 private:
  std::string field_;
};

/// Where in a document a value is; made text only when somebody asks. Refers to the path above it, so it lives on the stack.
class Path {
 public:
  Path() = default;
  Path(const Path& up, std::string_view key) : up_(&up), key_(key) {}
  Path(const Path& up, std::string_view key, std::size_t index) : up_(&up), key_(key), index_(index) {}
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string text(std::string_view key) const { return Path(*this, key).text(); }

 private:
  const Path* up_ = nullptr;
  std::string_view key_;
  std::optional<std::size_t> index_;
};

/// Takes the fields out of an object one by one and keeps count of those that nobody took. Null is the same as absent. Throws Malformed
/// for a field of the wrong type. The object's values are moved from. [connection: one thread]
class Fields {
 public:
  Fields(boost::json::object& object, const Path& path) : object_(object), path_(path), taken_(object.size()) {}
  /// Throws Malformed if the value is no object.
  Fields(boost::json::value& value, const Path& path) : Fields(object_of(value, path), path) {}

  /// The value, to be moved from; null if it is absent. `other` is the field's second name, where a protocol has two: it counts if there is
  /// nothing under the first. So it is for all of these.
  boost::json::value* find(std::string_view key, std::string_view other = {});
  boost::json::value value(std::string_view key, std::string_view other = {});
  boost::json::array* array(std::string_view key, std::string_view other = {});
  boost::json::object* object(std::string_view key, std::string_view other = {});
  std::string string(std::string_view key, std::string_view other = {});
  std::string required_string(std::string_view key);
  std::optional<std::int64_t> integer(std::string_view key, std::string_view other = {});
  std::optional<bool> boolean(std::string_view key, std::string_view other = {});
  /// A string, or an array of strings.
  std::vector<std::string> strings(std::string_view key, std::string_view other = {});
  void ignore(std::string_view key) { find(key); }
  /// Gives a field back that was looked at: it belongs to the rest.
  void leave(std::string_view key);

  /// What nobody took, nulls left out.
  boost::json::object rest();

  [[nodiscard]] const Path& path() const { return path_; }
  [[noreturn]] void fail(std::string_view key, const std::string& what) const { throw Malformed(path_.text(key), what); }

 private:
  struct Found {
    boost::json::value* value;
    std::string_view key;  ///< the name that it has
  };
  Found look(std::string_view key, std::string_view other);
  static boost::json::object& object_of(boost::json::value& value, const Path& path);

  boost::json::object& object_;
  const Path& path_;
  std::vector<bool> taken_;
};

}  // namespace patchbay::conversion
