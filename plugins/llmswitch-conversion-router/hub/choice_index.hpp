#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace patchbay::conversion {

/// What a choice's number may be, so that one from outside never decides how much memory is taken: more than any API gives at once
/// (`n` of Chat Completions is at most 128). Throws std::length_error.
inline std::size_t choice_index(std::size_t index) {
  constexpr std::size_t most_choices = 1024;
  if (index >= most_choices)
    throw std::length_error("the answer has a choice number " + std::to_string(index) + ", and no API gives so many");
  return index;
}

}  // namespace patchbay::conversion
