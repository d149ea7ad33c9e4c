#include "hooks/hook_text.hpp"

#include "monitoring/timestamp.hpp"

namespace patchbay::hooks {

boost::json::object object_of(const HookEvent& event) {
  boost::json::object object{{"time", monitoring::timestamp(event.time)}, {"event", event.name}};
  for (const auto& member : event.data) object.insert(member);
  return object;
}

}  // namespace patchbay::hooks
