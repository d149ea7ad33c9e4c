#pragma once

#include <string_view>

#include "patchbay/json_skim.hpp"

/// Looks into raw JSON without building anything. [thread-safe]
namespace patchbay {

/// Some vendors say nothing with `""`, `[]` or `{}` where others say nothing with `null`.
inline bool says_nothing(std::string_view raw) { return raw.empty() || raw == "null" || raw == "\"\"" || raw == "[]" || raw == "{}"; }

/// The raw value of an object's member; empty if it has none, or is no object. Of a repeated key the first counts.
inline std::string_view member_of(std::string_view object, std::string_view key) {
  JsonSkim skim(object);
  while (skim.next())
    if (skim.key() == key) return skim.value();
  return {};
}

/// Calls `visit` with a JsonSkim at the start of every object of a raw array; what is no object in it is passed over.
template <class Visit>
void for_each_object(std::string_view array, Visit visit) {
  for (std::size_t open = array.find('{'); open != std::string_view::npos; open = array.find('{')) {
    array.remove_prefix(open);
    JsonSkim object(array);
    visit(object);
    while (object.next()) {
    }
    array.remove_prefix(object.offset());
  }
}

}  // namespace patchbay
