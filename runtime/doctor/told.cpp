#include "doctor/told.hpp"

namespace patchbay::doctor {

Finding told(Level level, std::string subject, std::string_view text, std::string_view otherwise) {
  // Where the text begins with what it is about, that need not be said twice.
  if (text.starts_with(subject) && text.substr(subject.size()).starts_with(": ")) text.remove_prefix(subject.size() + 2);
  constexpr std::string_view between = "; ";
  const std::size_t end = text.find(between);
  if (end == std::string_view::npos) return {level, std::move(subject), std::string(text), std::string(otherwise)};
  return {level, std::move(subject), std::string(text.substr(0, end)), std::string(text.substr(end + between.size()))};
}

}  // namespace patchbay::doctor
