#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "modes/seen_answer.hpp"

namespace patchbay::modes {

/// Where V1 and V2 differ.
struct Difference {
  std::string path;  ///< JSON pointer into what was compared, with `/request`, `/response`, `/events` or `/error` in front
  std::string v1;    ///< JSON text, cut when it is long; empty: absent
  std::string v2;
};

[[nodiscard]] boost::json::object describe(const Difference& difference);
/// The path with every array index as `*`: what differences are counted by.
[[nodiscard]] std::string general_path(std::string_view path);

/// Parts that may differ: JSON pointers in which `*` is any one part and `**` any number of parts. [thread-safe]
class Ignored {
 public:
  explicit Ignored(const std::vector<std::string>& patterns);
  [[nodiscard]] bool covers(std::string_view path) const;

 private:
  std::vector<std::vector<std::string>> patterns_;
};

/// Ids and times, which are never the same twice.
[[nodiscard]] const Ignored& default_ignored();

/// Compares JSON structurally: order of members is nothing, order of elements is something, 1 and 1.0 are equal. Of many
/// differences only the first 64 are kept.
class Comparison {
 public:
  enum class What {
    values,  ///< everything
    shapes,  ///< which members there are and of what type: all that can be equal when a model was asked twice
  };

  explicit Comparison(const Ignored& ignored, What what = What::values) : ignored_(ignored), what_(what) {}

  void value(const boost::json::value& v1, const boost::json::value& v2, const std::string& path);
  /// Texts that should be JSON; compared as texts if one is not.
  void text(std::string_view v1, std::string_view v2, const std::string& path);
  void differ(const std::string& path, std::string v1, std::string v2);
  /// What the clients saw. With `shapes`, streams are compared by the kinds of events that they have.
  void answers(const SeenAnswer& v1, const SeenAnswer& v2);

  [[nodiscard]] const std::vector<Difference>& differences() const { return differences_; }
  /// How many there are, kept or not.
  [[nodiscard]] std::size_t found() const { return found_; }
  [[nodiscard]] bool equal() const { return differences_.empty(); }

 private:
  void events(const SeenAnswer& v1, const SeenAnswer& v2);
  void event_shapes(const SeenAnswer& v1, const SeenAnswer& v2);

  const Ignored& ignored_;
  const What what_;
  std::vector<Difference> differences_;
  std::size_t found_ = 0;
};

}  // namespace patchbay::modes
