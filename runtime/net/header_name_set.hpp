#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "patchbay/headers.hpp"

namespace patchbay::net {

/// A set of HTTP field names that is known at compile time. To ask for a name compares it with those of its length only, without regard to
/// ASCII case (RFC 9110 section 5.1). [thread-safe]
template <std::size_t Size>
class HeaderNameSet {
 public:
  consteval explicit HeaderNameSet(const std::string_view (&names)[Size]) {
    std::copy(std::begin(names), std::end(names), names_.begin());
    for (const std::string_view name : names)
      if (name.size() > longest) throw "a name is longer than such a set can hold";
    std::sort(names_.begin(), names_.end(), [](std::string_view a, std::string_view b) { return a.size() < b.size(); });
    for (std::size_t length = 0; length <= longest + 1; ++length)
      first_[length] = static_cast<std::uint8_t>(
          std::count_if(names_.begin(), names_.end(), [length](std::string_view name) { return name.size() < length; }));
  }

  [[nodiscard]] bool contains(std::string_view name) const {
    if (name.size() > longest) return false;
    for (std::size_t i = first_[name.size()]; i < first_[name.size() + 1]; ++i)
      if (equals_ignoring_case(names_[i], name)) return true;
    return false;
  }

 private:
  static constexpr std::size_t longest = 30;

  std::array<std::string_view, Size> names_;
  std::array<std::uint8_t, longest + 2> first_{};  // of those of a length, and where they end
};

}  // namespace patchbay::net
