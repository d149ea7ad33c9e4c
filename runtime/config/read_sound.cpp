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
  const auto is_element = [&value](std::string_view of) {
    const boost::json::value* const holder = find(value, holder_of(of));
    return holder != nullptr && holder->is_array();
  };
  while (!pointer.empty() && is_element(pointer)) pointer = holder_of(pointer);
  return pointer;
}

/// False if it is not there.
bool erase(boost::json::value& value, std::string_view pointer) {
  const boost::json::value* const part = find(value, pointer);
  if (part == nullptr) return false;
  boost::json::object& members = find(value, holder_of(pointer))->get_object();
  for (auto member = members.begin(); member != members.end(); ++member)
    if (&member->value() == part) {
      members.erase(member);
      return true;
    }
  return false;
}

}  // namespace

bool leave_out(const std::vector<Fault>& faults, boost::json::value& value) {
  std::vector<std::string_view> parts;
  for (const Fault& fault : faults) parts.push_back(part_to_leave_out(fault.pointer, value));
  bool erased = false;
  for (const std::string_view part : parts) {
    if (part.empty()) return false;
    erased = erase(value, part) || erased;  // or it went with another one
  }
  return erased;
}

}  // namespace patchbay::config
