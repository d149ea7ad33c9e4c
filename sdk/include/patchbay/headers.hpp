#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay {

/// One HTTP field line. Owns its text.
struct Header {
  std::string name;
  std::string value;
};

/// HTTP field lines in the order of arrival; names compare without regard to ASCII case (RFC 9110 section 5.1).
///
/// A value type: copies are deep. [connection: one thread]
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> lines) : lines_(lines) {}

  /// Appends a line, also when the name is there already.
  void add(std::string_view name, std::string_view value) { lines_.push_back({std::string(name), std::string(value)}); }

  /// Replaces every line of that name by one.
  void set(std::string_view name, std::string_view value);

  /// Removes every line of that name; returns how many there were.
  std::size_t remove(std::string_view name);

  /// The value of the first line of that name. The view lives until the next change of this object.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

  [[nodiscard]] bool contains(std::string_view name) const { return find(name).has_value(); }
  [[nodiscard]] std::size_t size() const { return lines_.size(); }
  [[nodiscard]] bool empty() const { return lines_.empty(); }
  void reserve(std::size_t lines) { lines_.reserve(lines); }
  void clear() { lines_.clear(); }

  [[nodiscard]] auto begin() const { return lines_.begin(); }
  [[nodiscard]] auto end() const { return lines_.end(); }

 private:
  std::vector<Header> lines_;
};

/// ASCII case-insensitive equality, the rule for HTTP field names.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

}  // namespace patchbay
