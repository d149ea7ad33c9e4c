#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/located.hpp"

namespace patchbay::config {

/// Takes out of a value what faults name: a member of an object, or of a list the whole list, so that what stays keeps its place; and
/// what lacks something it needs. False if nothing would stay.
[[nodiscard]] bool leave_out(const std::vector<Fault>& faults, boost::json::value& value);

/// As read_as, but of a faulty value what is sound is read, so that the faults of the rest are found in the same go. Nothing if there is
/// nothing sound. What was faulty is in the diagnostics: the result is no configuration to go by.
template <class T>
[[nodiscard]] std::optional<T> read_sound(const Located& where, const std::string& key, std::vector<Diagnostic>& diagnostics) {
  if (std::optional<T> whole = read_as<T>(where, key, diagnostics)) return whole;
  boost::json::value rest = where.value;
  for (;;) {
    try {
      return parse<T>(rest);
    } catch (const Error& error) {
      if (!leave_out(error.faults(), rest)) return std::nullopt;
    }
  }
}

}  // namespace patchbay::config
