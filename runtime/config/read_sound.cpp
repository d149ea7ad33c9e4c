#include "config/read_sound.hpp"

#include <string_view>

namespace patchbay::config {

namespace {

std::string_view holder_of(std::string_view pointer) { return pointer.substr(0, pointer.rfind('/')); }

/// Null if it is not there.
boost::json::value* find(boost::json::value& value, std::string_view pointer) {
  boost::json::error_code missing;
  return value.find_pointer(pointer, missing);
}

/// The part to leave out for a fault: an object's member; empty if nothing would stay.
std::string_view part_to_leave_out(std::string_view pointer, boost::json::value& value) {
  if (find(value, pointer) == nullptr) pointer = holder_of(pointer);  // what has no such member, and needs it
  while (!pointer.empty() && find(value, holder_of(pointer))->is_array()) pointer = holder_of(pointer);
  return pointer;
}

void erase(boost::json::value& value, std::string_view pointer) {
  const boost::json::value* const part = find(value, pointer);
  if (part == nullptr) return;  // went with another one
  boost::json::object& members = find(value, holder_of(pointer))->get_object();
  for (auto member = members.begin(); member != members.end(); ++member)
    if (&member->value() == part) {
      members.erase(member);
      return;
    }
}

}  // namespace

bool leave_out(const std::vector<Fault>& faults, boost::json::value& value) {
  std::vector<std::string_view> parts;
  for (const Fault& fault : faults) parts.push_back(part_to_leave_out(fault.pointer, value));
  for (const std::string_view part : parts) {
    if (part.empty()) return false;
    erase(value, part);
  }
  return true;
}

}  // namespace patchbay::config
